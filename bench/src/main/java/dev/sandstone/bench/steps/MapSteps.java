package dev.sandstone.bench.steps;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.map.BlockMap;
import dev.sandstone.engine.map.LineageMap;
import dev.sandstone.engine.map.MapLimits;
import dev.sandstone.engine.map.MapSetup;
import dev.sandstone.engine.map.MapSlice;
import dev.sandstone.engine.meta.MetadataMemory;
import dev.sandstone.engine.meta.RocksMetadataStore;
import dev.sandstone.engine.space.SpaceLedger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Where a block lies, in a map of 1 GiB that was written in blocks of 4 KiB at random, and that it lies elsewhere now. */
@State(Scope.Thread)
public class MapSteps {
    private static final int BLOCKS = 1 << 18;
    private static final int LEAF_BLOCKS = 64;
    private static final long SEGMENT_BYTES = 64 << 20;
    private static final int SEGMENT_BLOCKS = (int) (SEGMENT_BYTES / BlockMap.BLOCK_BYTES);
    private static final int GRAINS = BlockMap.BLOCK_BYTES / Pointer.GRAIN_BYTES;
    private static final int SEGMENTS = 64;
    private static final long OVERLAY_BYTES = 64 << 20;
    private static final int ODD = 99_991;

    private final SplittableRandom random = new SplittableRandom(1);
    private final World warm = new World(64 << 20);
    private final World kept = new World(64 << 20);
    /** Takes the least that a cache can: an eighth of the leaves. */
    private final World cold = new World(0);

    private int nextLeaf;

    @Benchmark
    public long lookup() {
        return warm.ask(random.nextInt(BLOCKS));
    }

    /** The share of folding into RocksDB included. */
    @Benchmark
    public long update() {
        warm.write(random.nextInt(BLOCKS));
        return warm.lsn;
    }

    /** The same, where each version displaces one that a moment shows. */
    @Benchmark
    public long displace() {
        kept.writeAfterAMoment();
        return kept.lsn;
    }

    /** A leaf of 64 blocks comes from RocksDB, whose own cache has it. */
    @Benchmark
    public long load() {
        nextLeaf = (nextLeaf + 1) % (BLOCKS / LEAF_BLOCKS);
        return cold.ask((long) nextLeaf * LEAF_BLOCKS);
    }

    @TearDown
    public void close() throws IOException {
        warm.close();
        kept.close();
        cold.close();
    }

    /** A map and its tables. */
    private static final class World {
        private final MapSlice slice = new MapSlice(LEAF_BLOCKS);
        private final int[] checksums = {1};
        private final InlineLoop loop = new InlineLoop();
        private final Path folder = folder();
        private final RocksMetadataStore store =
                RocksMetadataStore.open(folder, new MetadataMemory(64 << 20, 64 << 20));
        private final BlockMap map;
        private final LineageMap lineage;
        private long lsn;
        private int displaced;

        World(long leafBytes) {
            SpaceLedger ledger = new SpaceLedger(SEGMENT_BYTES);
            MapLimits limits = MapLimits.of(OVERLAY_BYTES, leafBytes);
            map = new BlockMap(new MapSetup(loop, store, loop, loop, ledger, limits));
            map.start();
            lineage = map.lineage(1);
            for (int i = 0; i < BLOCKS; i++) {
                // Each block once, in an order that is far from that of the blocks.
                write(farFromTheLast(i));
            }
            map.flush(ok -> {});
            loop.runAll();
            for (long block = 0; block < BLOCKS; block += LEAF_BLOCKS) {
                ask(block);
            }
        }

        void write(int block) {
            lsn++;
            long place = lsn % ((long) SEGMENTS * SEGMENT_BLOCKS);
            long pointer = Pointer.raw(1 + place / SEGMENT_BLOCKS, (int) (place % SEGMENT_BLOCKS) * GRAINS);
            lineage.write(lsn, block, 1, pointer, checksums);
            map.advance(lsn);
            loop.runAll();
        }

        /** Each block once, then a moment, and so on. */
        void writeAfterAMoment() {
            if (displaced % BLOCKS == 0) {
                lsn++;
                map.retain(1, lsn);
                map.advance(lsn);
            }
            write(farFromTheLast(displaced++ % BLOCKS));
        }

        private static int farFromTheLast(int number) {
            return (int) ((long) number * ODD % BLOCKS);
        }

        long ask(long block) {
            if (!lineage.lookup(block, 1, slice)) {
                lineage.load(block, 1, ok -> {});
                loop.runAll();
                if (!lineage.lookup(block, 1, slice)) {
                    throw new IllegalStateException("the leaf did not come");
                }
            }
            return slice.pointer(0);
        }

        void close() throws IOException {
            map.close(() -> {});
            loop.runAll();
            store.close();
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory("sandstone-steps");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
