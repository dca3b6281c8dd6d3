package dev.sandstone.engine.volume;

import dev.sandstone.engine.log.LogScanner;
import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.log.RecordDescriptor;
import dev.sandstone.engine.log.RecordType;
import dev.sandstone.engine.log.ScanSink;
import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.map.MapReader;
import dev.sandstone.engine.map.MapSlice;
import dev.sandstone.engine.meta.MetadataMemory;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.RocksMetadataStore;
import dev.sandstone.engine.recovery.Recovery;
import dev.sandstone.engine.store.FileTraffic;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Looks at a pool below what its volumes show: the log behind the map, and where blocks lie. */
final class FrozenLook {
    /** A MARK record that says from when on the mark before does not show its volume. */
    static final String LATE_MARK = "MARK-LATE";

    private static final int PORTION = 64;
    private static final int FIRST_MEMBER_AT = 16;
    private static final int MEMBER_BYTES = 24;
    private static final int UNIT = LogVolume.BLOCKS_PER_MAP_BLOCK;

    private FrozenLook() {}

    /** How many records of each kind lie behind what the map of a closed pool has; FORK by version and step, MARK by whether late. */
    static Map<String, Integer> tail(PoolConfig config, ShardLoop loop) throws StoreException {
        Map<String, Integer> found = new TreeMap<>();
        MetadataMemory memory = new MetadataMemory(1 << 20, 1 << 20);
        SegmentStore store = PoolPlaces.open(config, loop, new FileTraffic());
        try (MetadataStore tables = RocksMetadataStore.open(PoolPlaces.metadata(config), memory)) {
            new LogScanner(store, Recovery.SHARD).scan(tables.appliedLsn(), new Counting(found));
        } finally {
            store.close();
        }
        return found;
    }

    private record Counting(Map<String, Integer> found) implements ScanSink {
        @Override
        public void sure(long lsn) {
            // Nothing is kept of what is found.
        }

        @Override
        public void record(RecordDescriptor record, @Nullable ByteBuffer payload) {
            found.merge(kind(record.type(), payload), 1, Integer::sum);
        }

        private static String kind(RecordType type, @Nullable ByteBuffer payload) {
            if (type == RecordType.MARK && payload != null) {
                return isLate(payload) ? LATE_MARK : type.name();
            }
            if (type != RecordType.FORK || payload == null || payload.getShort(payload.position()) == 1) {
                return type.name();
            }
            return payload.getLong(payload.position() + 24) == 0 ? "FORK-2-BEGUN" : "FORK-2-DONE";
        }

        private static boolean isLate(ByteBuffer marks) {
            for (int at = marks.position() + FIRST_MEMBER_AT; at < marks.limit(); at += MEMBER_BYTES) {
                long kind = marks.getLong(at + 2 * Long.BYTES);
                if (kind != 0 && kind != 1) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public void damaged(RecordDescriptor record, BitSet bad) {
            found.merge("damaged", 1, Integer::sum);
        }

        @Override
        public void lost(long firstLsn, long lastLsn) {
            found.merge("lost", 1, Integer::sum);
        }
    }

    /** Where the blocks of a volume or view lie: runs {@code COUNTxSEGMENT@GRAIN} of blocks of 4 KiB, or {@code COUNT}. */
    static String places(Volume shown) throws Exception {
        StringBuilder runs = new StringBuilder();
        int units = (int) (shown.blocks() / UNIT);
        long[] all = new long[units];
        for (int unit = 0; unit < units; unit += PORTION) {
            int from = unit;
            MapSlice slice = new MapSlice(Math.min(PORTION, units - unit));
            CompletableFuture<@Nullable Void> found = new CompletableFuture<>();
            shown.loop().run(() -> look(((ReadSource) shown).map(), from, slice, found));
            found.get(60, TimeUnit.SECONDS);
            for (int i = 0; i < slice.capacity(); i++) {
                all[from + i] = Pointer.hasData(slice.pointer(i)) ? slice.pointer(i) : 0;
            }
        }
        int from = 0;
        for (int i = 1; i <= units; i++) {
            long expected = all[from] == 0 ? 0 : Pointer.plus(all[from], i - from);
            if (i == units || all[i] != expected) {
                runs.append(runs.isEmpty() ? "" : " ").append(i - from);
                if (all[from] != 0) {
                    runs.append('x').append(Pointer.segment(all[from]));
                    runs.append('@').append(Pointer.grain(all[from]));
                }
                from = i;
            }
        }
        return runs.toString();
    }

    private static void look(MapReader map, long unit, MapSlice slice, CompletableFuture<@Nullable Void> found) {
        if (map.lookup(unit, slice.capacity(), slice)) {
            found.complete(null);
        } else {
            map.load(unit, slice.capacity(), ok -> look(map, unit, slice, found));
        }
    }
}
