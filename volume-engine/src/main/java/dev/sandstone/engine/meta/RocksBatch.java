package dev.sandstone.engine.meta;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.ToIntFunction;

/**
 * A batch in the form that RocksDB gives it itself (db/write_batch.cc): handed over as a whole, for a call into RocksDB for each
 * row costs more than what the row costs there.
 *
 * <pre>
 *  0  sequence:64 (0), rows:32, little-endian; then each row:
 *     5, column family, length of the key, key, length of the value, value
 *     4, column family, length of the key, key                               to delete
 * </pre>
 *
 * <p>Column families and lengths are varints: 7 bits a byte, the lowest first, the highest bit set in all but the last. Of the
 * family 0 the types are 1 and 0, without its number.
 */
final class RocksBatch implements MetadataBatch.Visitor {
    private static final int HEADER_BYTES = 12;
    private static final int COUNT_AT = 8;
    private static final int FAMILY_DELETION = 4;
    private static final int FAMILY_VALUE = 5;
    private static final int DELETION = 0;
    private static final int VALUE = 1;
    /** Type, and three varints. */
    private static final int MOST_OVERHEAD = 16;

    private final ToIntFunction<Table> families;
    private byte[] bytes = new byte[1 << 12];
    private int size = HEADER_BYTES;
    private int count;

    /** @param families the number of a table's column family */
    RocksBatch(ToIntFunction<Table> families) {
        this.families = families;
    }

    void clear() {
        size = HEADER_BYTES;
        count = 0;
    }

    @Override
    public void put(Table table, ByteBuffer key, ByteBuffer value) {
        begin(FAMILY_VALUE, VALUE, families.applyAsInt(table), key.remaining() + value.remaining());
        add(key);
        add(value);
    }

    @Override
    public void delete(Table table, ByteBuffer key) {
        begin(FAMILY_DELETION, DELETION, families.applyAsInt(table), key.remaining());
        add(key);
    }

    private void begin(int type, int typeOfDefault, int family, int more) {
        if (bytes.length - size < MOST_OVERHEAD + more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(size, MOST_OVERHEAD + more)));
        }
        count++;
        bytes[size++] = (byte) (family == 0 ? typeOfDefault : type);
        if (family != 0) {
            number(family);
        }
    }

    private void add(ByteBuffer part) {
        int length = part.remaining();
        number(length);
        part.get(part.position(), bytes, size, length);
        size += length;
    }

    private void number(int value) {
        int left = value;
        while (left >= 1 << 7) {
            bytes[size++] = (byte) (left | (1 << 7));
            left >>>= 7;
        }
        bytes[size++] = (byte) left;
    }

    /** All rows so far, as RocksDB takes them. */
    byte[] whole() {
        for (int i = 0; i < Integer.BYTES; i++) {
            bytes[COUNT_AT + i] = (byte) (count >>> (Byte.SIZE * i));
        }
        return Arrays.copyOf(bytes, size);
    }
}
