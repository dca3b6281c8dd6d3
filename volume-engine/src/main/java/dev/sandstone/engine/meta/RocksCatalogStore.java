package dev.sandstone.engine.meta;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** A catalog store in a folder of its own, by RocksDB with its write-ahead log, synced at every commit. */
public final class RocksCatalogStore implements CatalogStore {
    private static final MetadataMemory MEMORY = new MetadataMemory(2 << 20, 2 << 20);
    private static final String FORMAT_KEY = "\0format";
    private static final byte[] FORMAT = {1};
    /** Of the file system, for changes that remove: a catalog takes kilobytes, and its log is made anew at 64 MiB at most. */
    private static final long RESERVE_BYTES = 16 << 20;

    private final Path folder;
    private final LongSupplier freeBytes;
    private final RocksSetup setup;
    private final RocksDB database;
    private final List<ColumnFamilyHandle> handles = new ArrayList<>();
    private final WriteOptions synced;
    private boolean closed;
    private @Nullable MetadataException failure;

    /**
     * Opens the catalog in a folder, makes it when there is none.
     *
     * @throws MetadataException when it is in use, damaged, or of another format
     */
    public RocksCatalogStore(Path folder) {
        this(folder, () -> FileSystemRoom.bytes(folder));
    }

    /** @param freeBytes of its file system */
    RocksCatalogStore(Path folder, LongSupplier freeBytes) {
        this.folder = folder;
        this.freeBytes = freeBytes;
        setup = new RocksSetup(MEMORY, false);
        synced = new WriteOptions().setSync(true);
        try {
            Files.createDirectories(folder);
            database = RocksDB.open(setup.database(), folder.toString(), setup.families(List.of()), handles);
        } catch (RocksDBException e) {
            release();
            throw RocksErrors.of(folder, "opening", e);
        } catch (IOException e) {
            release();
            throw new MetadataException("catalog folder " + folder + " cannot be made: " + e, e);
        }
        recognise();
    }

    private void recognise() {
        byte[] format = get(FORMAT_KEY);
        if (format == null) {
            commit(List.of(new Change(FORMAT_KEY, FORMAT)));
        } else if (!Arrays.equals(format, FORMAT)) {
            close();
            throw new MetadataException("the catalog in " + folder
                    + " has another format: open it with the version of Sandstone that wrote it");
        }
    }

    @Override
    public synchronized byte @Nullable [] get(String key) {
        requireOpen();
        try {
            return database.get(bytes(key));
        } catch (RocksDBException e) {
            throw RocksErrors.of(folder, "reading", e);
        }
    }

    @Override
    public synchronized List<Map.Entry<String, byte[]>> scan(String prefix) {
        requireOpen();
        List<Map.Entry<String, byte[]>> found = new ArrayList<>();
        byte[] start = bytes(prefix);
        try (RocksIterator at = database.newIterator()) {
            for (at.seek(start); at.isValid() && startsWith(at.key(), start); at.next()) {
                String key = new String(at.key(), StandardCharsets.UTF_8);
                if (!key.equals(FORMAT_KEY)) {
                    found.add(Map.entry(key, at.value()));
                }
            }
            at.status();
        } catch (RocksDBException e) {
            throw RocksErrors.of(folder, "reading", e);
        }
        return found;
    }

    @Override
    public synchronized void commit(List<Change> changes) {
        requireOpen();
        if (failure != null) {
            throw new MetadataException("the catalog in " + folder + " has failed before", failure);
        }
        requireRoom(changes);
        try (WriteBatch batch = new WriteBatch()) {
            for (Change change : changes) {
                byte[] value = change.value();
                if (value == null) {
                    batch.delete(bytes(change.key()));
                } else {
                    batch.put(bytes(change.key()), value);
                }
            }
            database.write(synced, batch);
        } catch (RocksDBException e) {
            failure = RocksErrors.of(folder, "writing", e);
            throw failure;
        }
    }

    private void requireRoom(List<Change> changes) {
        int keys = 0;
        for (Change change : changes) {
            boolean there = get(change.key()) != null;
            keys += change.value() == null ? (there ? -1 : 0) : (there ? 0 : 1);
        }
        if (keys > 0 && freeBytes.getAsLong() < RESERVE_BYTES) {
            throw new NoRoomException("the file system of " + folder + " is nearly full");
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            handles.forEach(ColumnFamilyHandle::close);
            database.close();
            release();
        }
    }

    private void release() {
        synced.close();
        setup.close();
    }

    private void requireOpen() {
        if (closed) {
            throw new MetadataException("the catalog in " + folder + " is closed");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }
}
