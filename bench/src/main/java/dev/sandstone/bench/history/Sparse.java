package dev.sandstone.bench.history;

import dev.sandstone.bench.engine.Engine;
import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeSpec;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A snapshot of a volume of 1 TiB of which 100 GiB are mapped. They are 16 MiB that were written once and are shown at 6,400
 * places, as a copy by reference does: to the map a run of 256 blocks at each of 102,400 places, whoever else shows its data.
 */
final class Sparse {
    private static final long TIB = 1L << 40;
    private static final int EXTENT = 16 << 20;
    private static final int EXTENTS = 6400;
    private static final long STRIDE = TIB / EXTENTS / EXTENT * EXTENT;
    private static final int SNAPSHOTS = 200;

    private Sparse() {}

    static void run(Path scratch, Table table) {
        try (Engine engine = new Engine(scratch.resolve("sparse"), 4L << 30)) {
            Volume small = engine.volume(1L << 30);
            engine.fill(small, EXTENT);
            table.row("snapshot of 1 GiB, 16 MiB mapped", times(engine, small));
            Volume large = engine.volume(TIB);
            engine.fill(large, EXTENT);
            for (int i = 1; i < EXTENTS; i++) {
                show(large, i * STRIDE);
            }
            long mapped = Engine.get(engine.pool().usage(large.id())).mappedBytes();
            table.row("mapped of 1 TiB", (mapped >> 30) + " GiB");
            table.row("snapshot of it", times(engine, large));
        }
    }

    private static void show(Volume volume, long at) {
        long from = 0;
        while (from < EXTENT) {
            long lba = from / VolumeSpec.BLOCK_BYTES;
            BlockRange range =
                    new BlockRange((at + from) / VolumeSpec.BLOCK_BYTES, (EXTENT - from) / VolumeSpec.BLOCK_BYTES);
            long shown = Engine.run(done -> volume.share(volume, lba, range, done));
            if (shown == 0) {
                throw new IllegalStateException("nothing could be shared at " + at);
            }
            from += shown * VolumeSpec.BLOCK_BYTES;
        }
    }

    /** Each after some writes, from the request to its durable record. */
    private static String times(Engine engine, Volume volume) {
        SplittableRandom random = new SplittableRandom(3);
        long[] nanos = new long[SNAPSHOTS];
        for (int i = 0; i < SNAPSHOTS; i++) {
            engine.overwrite(volume, 8, random);
            long began = System.nanoTime();
            engine.take(volume);
            nanos[i] = System.nanoTime() - began;
        }
        Arrays.sort(nanos);
        return Table.millis(nanos[SNAPSHOTS / 2]) + " median, " + Table.millis(nanos[SNAPSHOTS * 99 / 100]) + " p99, "
                + Table.millis(nanos[SNAPSHOTS - 1]) + " most of " + SNAPSHOTS;
    }
}
