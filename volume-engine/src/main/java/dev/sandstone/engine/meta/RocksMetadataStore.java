package dev.sandstone.engine.meta;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.FlushOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * A metadata store in a folder, by RocksDB.
 *
 * <p>Its write-ahead log is off: the shard's log is the truth, and what a crash takes is applied again from there. That
 * needs atomic flush, so that all tables go back to one and the same batch, and the applied LSN in every batch.
 */
public final class RocksMetadataStore implements MetadataStore {
    /** Version of the tables' layout; a store of another one is not opened. */
    private static final long FORMAT = 1;

    private static final ByteBuffer FORMAT_KEY = KeySpace.name("format");
    private static final ByteBuffer APPLIED_KEY = KeySpace.name("applied");

    private final Path folder;
    private final RocksTables tables;
    private final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
    private final FlushOptions waiting = new FlushOptions().setWaitForFlush(true);
    private final ReadOptions plain = new ReadOptions();
    private final RocksBatch changes;
    private final ByteBuffer number = ByteBuffer.allocateDirect(Long.BYTES);

    // Held shared by whoever uses the native objects, exclusively to close them.
    private final ReadWriteLock use = new ReentrantReadWriteLock();
    private boolean closed;

    private volatile long applied;
    private volatile long flushed;
    private volatile @Nullable MetadataException failure;

    private RocksMetadataStore(Path folder, RocksTables tables) {
        this.folder = folder;
        this.tables = tables;
        changes = new RocksBatch(table -> tables.handle(table).getID());
    }

    /**
     * Opens the store in a folder, makes it when there is none.
     *
     * @throws MetadataException when it is in use, damaged, or of another format
     */
    public static RocksMetadataStore open(Path folder, MetadataMemory memory) {
        NativeLibrary.load();
        RocksMetadataStore store = new RocksMetadataStore(folder, new RocksTables(folder, memory));
        try {
            store.recognise();
        } catch (MetadataException e) {
            store.fail(e);
            store.close();
            throw e;
        }
        return store;
    }

    private void recognise() {
        ByteBuffer format = get(Table.META, FORMAT_KEY);
        if (format == null) {
            MetadataBatch first = new MetadataBatch();
            first.put(Table.META, FORMAT_KEY, number.clear().putLong(FORMAT).flip());
            commit(first);
            flush();
        } else if (format.remaining() != Long.BYTES || format.getLong(0) != FORMAT) {
            throw new MetadataException("metadata in " + folder + " has another format than " + FORMAT
                    + ": open it with the version of Sandstone that wrote it");
        }
        ByteBuffer lsn = get(Table.META, APPLIED_KEY);
        applied = lsn == null ? 0 : lsn.getLong(0);
        flushed = applied;
    }

    @Override
    public void commit(MetadataBatch batch) {
        Lock held = enter();
        try {
            changes.clear();
            batch.forEach(changes);
            changes.put(
                    Table.META, APPLIED_KEY, number.clear().putLong(batch.lsn()).flip());
            try (WriteBatch whole = new WriteBatch(changes.whole())) {
                tables.database().write(unlogged, whole);
            }
            applied = batch.lsn();
        } catch (RocksDBException e) {
            throw fail(RocksErrors.of(folder, "writing", e));
        } finally {
            held.unlock();
        }
    }

    @Override
    public long appliedLsn() {
        return applied;
    }

    @Override
    public void flush() {
        Lock held = enter();
        try {
            long covered = applied;
            tables.database().flush(waiting, tables.handles());
            flushed = covered;
        } catch (RocksDBException e) {
            throw fail(RocksErrors.of(folder, "flushing", e));
        } finally {
            held.unlock();
        }
    }

    @Override
    public long flushedLsn() {
        return flushed;
    }

    @Override
    public @Nullable ByteBuffer get(Table table, ByteBuffer key) {
        Lock held = enterToRead();
        try {
            byte[] bytes = new byte[key.remaining()];
            key.get(key.position(), bytes);
            byte[] value = tables.database().get(tables.handle(table), plain, bytes);
            return value == null ? null : ByteBuffer.wrap(value);
        } catch (RocksDBException e) {
            throw RocksErrors.of(folder, "reading", e);
        } finally {
            held.unlock();
        }
    }

    @Override
    public MetadataCursor scan(Table table, ByteBuffer from, ByteBuffer to) {
        Lock held = enterToRead();
        try {
            return new RocksCursor(tables, table, from, to, held);
        } catch (MetadataException e) {
            held.unlock();
            throw e;
        }
    }

    @Override
    public long sizeBytes() {
        Lock held = enterToRead();
        try {
            return tables.database().getAggregatedLongProperty("rocksdb.total-sst-files-size");
        } catch (RocksDBException e) {
            throw RocksErrors.of(folder, "measuring", e);
        } finally {
            held.unlock();
        }
    }

    @Override
    public long roomBytes() {
        return FileSystemRoom.bytes(folder);
    }

    @Override
    public void close() {
        use.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            if (failure == null) {
                flush();
            }
        } finally {
            if (!closed) {
                closed = true;
                plain.close();
                waiting.close();
                unlogged.close();
                tables.close();
            }
            use.writeLock().unlock();
        }
    }

    private MetadataException fail(MetadataException e) {
        failure = e;
        return e;
    }

    private Lock enter() {
        Lock held = enterToRead();
        MetadataException failed = failure;
        if (failed != null) {
            held.unlock();
            throw new MetadataException("metadata in " + folder + " has failed before: " + failed.getMessage(), failed);
        }
        return held;
    }

    private Lock enterToRead() {
        Lock held = use.readLock();
        held.lock();
        if (closed) {
            held.unlock();
            throw new MetadataException("metadata in " + folder + " is closed");
        }
        return held;
    }
}
