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
    private final Path folder;
    private final Lock open;
    private final RowBuffers buffers;
    private final RowBuffers.Row row;
    private final byte[] from;
    private final Slice end;
    private final ReadOptions options;
    private final RocksIterator iterator;
    private boolean valid;
    private boolean closed;

    /** @param open held by this thread; released by closing the cursor */
    RocksCursor(RocksTables tables, Table table, ByteBuffer from, ByteBuffer to, Lock open) {
        this.folder = tables.folder();
        this.open = open;
        this.from = bytes(from);
        end = new Slice(bytes(to));
        options = new ReadOptions().setIterateUpperBound(end);
        iterator = tables.database().newIterator(tables.handle(table), options);
        buffers = tables.buffers();
        row = buffers.take();
        try {
            position(from);
        } catch (MetadataException e) {
            release();
            throw e;
        }
    }

    private static byte[] bytes(ByteBuffer source) {
        byte[] bytes = new byte[source.remaining()];
        source.get(source.position(), bytes);
        return bytes;
    }

    private void position(ByteBuffer target) {
        iterator.seek(row.target(target));
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
        int keyBytes = iterator.key(row.key.clear());
        if (keyBytes > row.key.capacity()) {
            row.key = ByteBuffer.allocateDirect(keyBytes);
            iterator.key(row.key);
        }
        int valueBytes = iterator.value(row.value.clear());
        if (valueBytes > row.value.capacity()) {
            row.value = ByteBuffer.allocateDirect(valueBytes);
            iterator.value(row.value);
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
        ByteBuffer first = ByteBuffer.wrap(from);
        position(Keys.compare(target, first) < 0 ? first : target);
    }

    @Override
    public ByteBuffer key() {
        return row.key;
    }

    @Override
    public ByteBuffer value() {
        return row.value;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            release();
            open.unlock();
        }
    }

    private void release() {
        iterator.close();
        options.close();
        end.close();
        buffers.giveBack(row);
    }
}
