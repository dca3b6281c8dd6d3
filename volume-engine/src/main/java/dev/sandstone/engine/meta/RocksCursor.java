package dev.sandstone.engine.meta;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.locks.Lock;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/** A bounded RocksDB iterator; it keeps the store open while it lives. */
final class RocksCursor implements MetadataCursor {
    private static final int KEY_BYTES = 256;
    private static final int VALUE_BYTES = 2048;

    private final Path folder;
    private final Lock open;
    private final ByteBuffer from;
    private final Slice end;
    private final ReadOptions options;
    private final RocksIterator iterator;
    private ByteBuffer key = ByteBuffer.allocateDirect(KEY_BYTES);
    private ByteBuffer value = ByteBuffer.allocateDirect(VALUE_BYTES);
    private boolean valid;
    private boolean closed;

    /** @param open held by this thread; released by closing the cursor */
    RocksCursor(RocksTables tables, Table table, ByteBuffer from, ByteBuffer to, Lock open) {
        this.folder = tables.folder();
        this.open = open;
        this.from = copy(from);
        byte[] bound = new byte[to.remaining()];
        to.get(to.position(), bound);
        end = new Slice(bound);
        options = new ReadOptions().setIterateUpperBound(end);
        iterator = tables.database().newIterator(tables.handle(table), options);
        position(this.from);
    }

    private static ByteBuffer copy(ByteBuffer source) {
        return ByteBuffer.allocateDirect(source.remaining())
                .put(source.duplicate())
                .flip();
    }

    private void position(ByteBuffer target) {
        int start = target.position();
        iterator.seek(target);
        target.position(start);
        fetch();
    }

    private void fetch() {
        valid = iterator.isValid();
        if (!valid) {
            try {
                iterator.status();
            } catch (RocksDBException e) {
                throw RocksErrors.of(folder, "reading", e);
            }
            return;
        }
        int keyBytes = iterator.key(key.clear());
        if (keyBytes > key.capacity()) {
            key = ByteBuffer.allocateDirect(keyBytes);
            iterator.key(key);
        }
        int valueBytes = iterator.value(value.clear());
        if (valueBytes > value.capacity()) {
            value = ByteBuffer.allocateDirect(valueBytes);
            iterator.value(value);
        }
    }

    @Override
    public boolean valid() {
        return valid;
    }

    @Override
    public void next() {
        iterator.next();
        fetch();
    }

    @Override
    public void seek(ByteBuffer target) {
        position(Keys.compare(target, from) < 0 ? from : copy(target));
    }

    @Override
    public ByteBuffer key() {
        return key;
    }

    @Override
    public ByteBuffer value() {
        return value;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            iterator.close();
            options.close();
            end.close();
            open.unlock();
        }
    }
}
