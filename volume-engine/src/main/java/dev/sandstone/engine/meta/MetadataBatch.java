package dev.sandstone.engine.meta;

import java.nio.ByteBuffer;

/**
 * Changes to be committed as one: a growing list of puts and deletes, in order, later ones winning.
 *
 * <p>Reusable: {@link #clear()} keeps the memory. For one thread at a time.
 */
public final class MetadataBatch {
    private static final int INITIAL_BYTES = 4096;
    private static final int OP_BYTES = 8;
    private static final int DELETED = -1;

    private ByteBuffer ops = ByteBuffer.allocateDirect(INITIAL_BYTES);
    private int count;
    private long lsn;

    /** Sets what {@link MetadataStore#appliedLsn()} is once this batch is committed. */
    public void lsn(long applied) {
        if (applied < 0) {
            throw new IllegalArgumentException("not an LSN: " + applied);
        }
        lsn = applied;
    }

    public long lsn() {
        return lsn;
    }

    /** How many puts and deletes. */
    public int count() {
        return count;
    }

    /** Bytes it takes, about what a commit writes. */
    public int bytes() {
        return ops.position();
    }

    /** Sets a key, position to limit of both; the buffers are copied and left as they are. */
    public void put(Table table, ByteBuffer key, ByteBuffer value) {
        begin(table, key, value.remaining(), value.remaining());
        ops.put(ops.position(), value, value.position(), value.remaining());
        ops.position(ops.position() + value.remaining());
    }

    /** Removes a key, if it is there. */
    public void delete(Table table, ByteBuffer key) {
        begin(table, key, DELETED, 0);
    }

    private void begin(Table table, ByteBuffer key, int valueMark, int valueBytes) {
        int need = OP_BYTES + key.remaining() + valueBytes;
        if (key.remaining() > 0xFFFF) {
            throw new IllegalArgumentException("key of " + key.remaining() + " bytes");
        }
        if (ops.remaining() < need) {
            grow(need);
        }
        ops.putShort((short) table.index()).putShort((short) key.remaining()).putInt(valueMark);
        ops.put(ops.position(), key, key.position(), key.remaining());
        ops.position(ops.position() + key.remaining());
        count++;
    }

    private void grow(int need) {
        int capacity = Math.toIntExact(Math.max(2L * ops.capacity(), (long) ops.position() + need));
        ops = ByteBuffer.allocateDirect(capacity).put(ops.flip());
    }

    /** Forgets all changes; the LSN stays. */
    public void clear() {
        ops.clear();
        count = 0;
    }

    /** Hands the changes to the visitor in order. */
    public void forEach(Visitor visitor) {
        ByteBuffer view = ops.duplicate().flip();
        ByteBuffer key = view.duplicate();
        ByteBuffer value = view.duplicate();
        int end = view.limit();
        int at = 0;
        while (at < end) {
            Table table = Table.at(view.getShort(at));
            int keyBytes = Short.toUnsignedInt(view.getShort(at + 2));
            int valueBytes = view.getInt(at + 4);
            int keyAt = at + OP_BYTES;
            int valueAt = keyAt + keyBytes;
            key.limit(valueAt).position(keyAt);
            if (valueBytes == DELETED) {
                visitor.delete(table, key);
                at = valueAt;
            } else {
                value.limit(valueAt + valueBytes).position(valueAt);
                visitor.put(table, key, value);
                at = valueAt + valueBytes;
            }
        }
    }

    /** Receives changes; the buffers are direct, views of the batch, valid for the call only. */
    public interface Visitor {
        void put(Table table, ByteBuffer key, ByteBuffer value);

        void delete(Table table, ByteBuffer key);
    }
}
