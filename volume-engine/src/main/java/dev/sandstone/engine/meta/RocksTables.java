package dev.sandstone.engine.meta;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** An open RocksDB with a column family for each {@link Table}: the native objects, in their order of life. */
final class RocksTables implements AutoCloseable {
    private final Path folder;
    private final RocksSetup setup;
    private final RocksDB database;
    private final List<ColumnFamilyHandle> handles = new ArrayList<>();
    private final ColumnFamilyHandle[] byTable;
    private final RowBuffers buffers = new RowBuffers();

    RocksTables(Path folder, MetadataMemory memory) {
        this.folder = folder;
        setup = new RocksSetup(memory, true);
        List<Table> tables = Arrays.asList(Table.values());
        try {
            Files.createDirectories(folder);
            database = RocksDB.open(setup.database(), folder.toString(), setup.families(tables), handles);
        } catch (RocksDBException e) {
            setup.close();
            throw RocksErrors.of(folder, "opening", e);
        } catch (IOException e) {
            setup.close();
            throw new MetadataException("metadata folder " + folder + " cannot be made: " + e, e);
        }
        byTable = new ColumnFamilyHandle[tables.size()];
        for (Table table : tables) {
            byTable[table.index()] = handles.get(1 + table.index());
        }
    }

    Path folder() {
        return folder;
    }

    RowBuffers buffers() {
        return buffers;
    }

    RocksDB database() {
        return database;
    }

    ColumnFamilyHandle handle(Table table) {
        return byTable[table.index()];
    }

    List<ColumnFamilyHandle> handles() {
        return handles;
    }

    @Override
    public void close() {
        handles.forEach(ColumnFamilyHandle::close);
        database.close();
        setup.close();
    }
}
