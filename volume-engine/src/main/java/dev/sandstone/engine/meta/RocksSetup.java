package dev.sandstone.engine.meta;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactionStyle;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * The options of a RocksDB of ours: one cache for all tables, write buffers bounded together, column families flushed
 * as one.
 *
 * <p>It owns native objects that must outlive the database: close it last.
 */
final class RocksSetup implements AutoCloseable {
    private static final int MAX_OPEN_FILES = 1024;
    private static final int LOG_FILES_KEPT = 2;
    private static final long LOG_FILE_BYTES = 1 << 20;
    private static final long MANIFEST_PREALLOCATION_BYTES = 64 << 10;

    private final Cache cache;
    private final WriteBufferManager writeBuffers;
    private final DBOptions database;
    private final ColumnFamilyOptions family;
    private final ColumnFamilyOptions small;

    RocksSetup(MetadataMemory memory, boolean atomicFlush) {
        NativeLibrary.load();
        cache = new LRUCache(memory.cacheBytes());
        // A cache of its own kind of bytes would be charged twice: the manager bounds write buffers by itself.
        writeBuffers = new WriteBufferManager(memory.writeBufferBytes(), cache);
        database = new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setAtomicFlush(atomicFlush)
                .setParanoidChecks(true)
                .setWriteBufferManager(writeBuffers)
                .setMaxOpenFiles(MAX_OPEN_FILES)
                .setMaxBackgroundJobs(2)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(LOG_FILES_KEPT)
                .setMaxLogFileSize(LOG_FILE_BYTES)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0)
                .setManifestPreallocationSize(MANIFEST_PREALLOCATION_BYTES);
        family = family(memory);
        // By levels, files of ascending keys go down as they are: of rows that come and go one for each flush would
        // stay, for
        // ever. These are merged whole.
        small = family(memory).setCompactionStyle(CompactionStyle.UNIVERSAL);
    }

    private ColumnFamilyOptions family(MetadataMemory memory) {
        return new ColumnFamilyOptions()
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setWriteBufferSize(memory.writeBufferBytes() / 2)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(cache)
                        .setCacheIndexAndFilterBlocks(true)
                        .setPinL0FilterAndIndexBlocksInCache(true));
    }

    DBOptions database() {
        return database;
    }

    /** RocksDB's default family, which must exist, and those of the tables. */
    List<ColumnFamilyDescriptor> families(List<Table> tables) {
        List<ColumnFamilyDescriptor> all = new ArrayList<>();
        all.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, family));
        for (Table table : tables) {
            byte[] name = table.diskName().getBytes(StandardCharsets.US_ASCII);
            all.add(new ColumnFamilyDescriptor(name, table.isLarge() ? family : small));
        }
        return all;
    }

    @Override
    public void close() {
        family.close();
        small.close();
        database.close();
        writeBuffers.close();
        cache.close();
    }
}
