package dev.sandstone.engine.meta;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/** A metadata store that lives and dies with the process, for pools in memory. */
public final class HeapMetadataStore implements MetadataStore {
    private final HeapTables tables = new HeapTables();

    // A cursor holds it shared, which is what makes it see one moment.
    private final ReadWriteLock use = new ReentrantReadWriteLock();
    private boolean closed;
    private volatile long applied;

    @Override
    public void commit(MetadataBatch batch) {
        use.writeLock().lock();
        try {
            requireOpen();
            batch.forEach(tables);
            applied = batch.lsn();
        } finally {
            use.writeLock().unlock();
        }
    }

    @Override
    public long appliedLsn() {
        return applied;
    }

    @Override
    public void flush() {
        use.readLock().lock();
        try {
            requireOpen();
        } finally {
            use.readLock().unlock();
        }
    }

    /** {@inheritDoc} Here no crash leaves anything, so nothing is ever taken back. */
    @Override
    public long flushedLsn() {
        return applied;
    }

    @Override
    public @Nullable ByteBuffer get(Table table, ByteBuffer key) {
        use.readLock().lock();
        try {
            requireOpen();
            return tables.get(table, key);
        } finally {
            use.readLock().unlock();
        }
    }

    @Override
    public MetadataCursor scan(Table table, ByteBuffer from, ByteBuffer to) {
        Lock held = use.readLock();
        held.lock();
        if (closed) {
            held.unlock();
            requireOpen();
        }
        return new Cursor(tables.map(table), Keys.bytes(from), Keys.bytes(to), held);
    }

    @Override
    public long sizeBytes() {
        use.readLock().lock();
        try {
            return tables.bytes();
        } finally {
            use.readLock().unlock();
        }
    }

    @Override
    public long roomBytes() {
        return Long.MAX_VALUE;
    }

    @Override
    public void close() {
        use.writeLock().lock();
        try {
            closed = true;
        } finally {
            use.writeLock().unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new MetadataException("the metadata store in memory is closed");
        }
    }

    private static final class Cursor implements MetadataCursor {
        private final NavigableMap<byte[], byte[]> range;
        private final byte[] from;
        private final Lock held;
        private Map.@Nullable Entry<byte[], byte[]> here;
        private boolean closed;

        Cursor(NavigableMap<byte[], byte[]> table, byte[] from, byte[] to, Lock held) {
            this.from = from;
            this.held = held;
            boolean empty = Arrays.compareUnsigned(from, to) >= 0;
            range = table.subMap(from, true, empty ? from : to, false);
            here = range.firstEntry();
        }

        @Override
        public boolean valid() {
            return here != null;
        }

        @Override
        public void next() {
            here = range.higherEntry(require().getKey());
        }

        @Override
        public void seek(ByteBuffer key) {
            byte[] target = Keys.bytes(key);
            here = range.ceilingEntry(Arrays.compareUnsigned(target, from) < 0 ? from : target);
        }

        @Override
        public ByteBuffer key() {
            return ByteBuffer.wrap(require().getKey());
        }

        @Override
        public ByteBuffer value() {
            return ByteBuffer.wrap(require().getValue());
        }

        private Map.Entry<byte[], byte[]> require() {
            Map.Entry<byte[], byte[]> entry = here;
            if (entry == null) {
                throw new IllegalStateException("beyond the end of the range");
            }
            return entry;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                held.unlock();
            }
        }
    }
}
