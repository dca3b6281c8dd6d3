package dev.sandstone.engine.sim;

import dev.sandstone.engine.cache.BlockCache;
import dev.sandstone.engine.map.MapLimits;
import dev.sandstone.engine.store.Superblock;
import java.util.Random;

/**
 * The shape of a simulated pool: small, so that segments fill, folds run and cleaning is needed all the time.
 *
 * @param segmentBytes size of a segment
 * @param slots how many fit
 * @param mostBytes largest write
 * @param limits memory of the map
 * @param contentBytes memory for contents of blocks
 */
record SimSetup(int segmentBytes, int slots, int mostBytes, MapLimits limits, long contentBytes) {
    private static final int HEAD_BYTES = 64 << 10;
    private static final int TAIL_BYTES = 2 * Superblock.BYTES;

    /** With no cache between it and the disk. */
    SimSetup(int segmentBytes, int slots, int mostBytes, MapLimits limits) {
        this(segmentBytes, slots, mostBytes, limits, 0);
    }

    int diskBytes() {
        return HEAD_BYTES + slots * segmentBytes + TAIL_BYTES;
    }

    static SimSetup seeded(Random random) {
        boolean large = random.nextInt(10) == 0;
        int segment = large ? 4 << 20 : 256 << 10;
        int entries = 8 << random.nextInt(7);
        MapLimits limits = new MapLimits(
                2L * entries * 64 + random.nextInt(20_000),
                (4 << random.nextInt(5)) << 10,
                entries,
                1 << (10 + random.nextInt(8)),
                1_000_000L << random.nextInt(8),
                1_000_000L << random.nextInt(11),
                2 << random.nextInt(6));
        int slots = large ? 8 : 12 + random.nextInt(20);
        // One pool in three, and a few blocks, so that they leave and come back all the time.
        long contents = slots % 3 == 0 ? 48 * BlockCache.BLOCK_BYTES : 0;
        return new SimSetup(segment, slots, segment / 4, limits, contents);
    }

    /** The same for each test that counts. */
    static SimSetup fixed() {
        return new SimSetup(
                4 << 20, 6, 1 << 20, new MapLimits(1 << 20, 64 << 10, 512, 1 << 20, 5_000_000, 50_000_000, 64));
    }
}
