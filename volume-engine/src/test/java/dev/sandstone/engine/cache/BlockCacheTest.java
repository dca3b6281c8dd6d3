package dev.sandstone.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the cache gives is what was put there, and it keeps what is used. */
final class BlockCacheTest {
    private static final int BLOCK = BlockCache.BLOCK_BYTES;

    private int written;
    private final ByteBuffer read = ByteBuffer.allocateDirect(3 * BLOCK);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 30, 700, 3_000})
    void givesWhatWasKeptThere(int blocks) {
        BlockCache cache = new BlockCache((long) blocks * BLOCK);
        Random random = new Random(blocks);
        Map<Long, Integer> kept = new HashMap<>();
        int there = 0;
        for (int i = 0; i < 40_000; i++) {
            long place = place(random.nextInt(3 * blocks + 2));
            Integer content = kept.get(place);
            if (content != null && cache.get(place, content, read, BLOCK)) {
                there++;
                assertThat(read.getLong(BLOCK)).isEqualTo(content.longValue());
                assertThat(read.getLong(2 * BLOCK - 8)).isEqualTo(content.longValue());
            } else {
                // The place says what is there: a place is written once.
                int written = Long.hashCode(place) | 1;
                keep(cache, place, written);
                kept.put(place, written);
                assertThat(cache.get(place, written, read, 0)).isTrue();
            }
        }
        assertThat(there).isPositive();
        assertThat(read.position()).isZero();
        assertThat(read.limit()).isEqualTo(3 * BLOCK);
    }

    @Test
    void keepsNoMoreThanItMay() {
        BlockCache cache = new BlockCache(512L * BLOCK);
        for (int i = 0; i < 5_000; i++) {
            keep(cache, place(i), i);
        }
        int there = 0;
        for (int i = 0; i < 5_000; i++) {
            there += cache.get(place(i), i, read, 0) ? 1 : 0;
        }
        // One frame waits for the next block.
        assertThat(there).isBetween(511, 512);
        assertThat(cache.figures()).isEqualTo(new CacheFigures(there, 5_000 - there, 512L * BLOCK));
    }

    @Test
    void aScanLeavesWhatIsUsed() {
        BlockCache cache = new BlockCache(1_000L * BLOCK);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 800; i++) {
                if (!cache.get(place(i), i, read, 0)) {
                    keep(cache, place(i), i);
                }
            }
        }
        for (int i = 0; i < 50_000; i++) {
            keep(cache, place(10_000 + i), i);
        }
        int there = 0;
        for (int i = 0; i < 800; i++) {
            there += cache.get(place(i), i, read, 0) ? 1 : 0;
        }
        assertThat(there).isGreaterThan(790);
    }

    @Test
    void whatComesBackSoonStays() {
        BlockCache cache = new BlockCache(100L * BLOCK);
        keep(cache, place(7), 7);
        for (int i = 100; i < 220; i++) {
            keep(cache, place(i), i);
        }
        assertThat(cache.get(place(7), 7, read, 0)).isFalse();
        keep(cache, place(7), 7);
        for (int i = 1_000; i < 1_500; i++) {
            keep(cache, place(i), i);
        }
        assertThat(cache.get(place(7), 7, read, 0)).isTrue();
    }

    @Test
    void givesNothingUnderAnotherChecksum() {
        BlockCache cache = new BlockCache(10L * BLOCK);
        keep(cache, place(1), 5);
        assertThat(cache.get(place(1), 6, read, 0)).isFalse();
        assertThat(cache.get(place(1), 5, read, 0)).isTrue();
    }

    @Test
    void withoutMemoryConcernsNothing() {
        assertThat(BlockCache.none().has(1)).isFalse();
        assertThat(BlockCache.none().keepsReads(1)).isFalse();
        assertThat(BlockCache.none().keepsWrites(1)).isFalse();
        assertThat(BlockCache.none().get(place(1), 1, read, 0)).isFalse();
        assertThat(new BlockCache(1 << 20).has(BlockCache.MOST_BLOCKS)).isTrue();
        assertThat(new BlockCache(1 << 20).has(BlockCache.MOST_BLOCKS + 1)).isFalse();
    }

    @Test
    void writesThatNobodyReadsAreNotKept() {
        BlockCache cache = new BlockCache(100L * BLOCK);
        assertThat(kept(cache, 100_000, false)).isBetween(100_000 / 17, 100_000 / 9);
        assertThat(kept(cache, 100_000, true)).isBetween(30_000, 100_000);
        assertThat(kept(cache, 10_000, true)).isEqualTo(10_000);
    }

    @Test
    void readsOfMoreThanFitsAreNotKept() {
        BlockCache cache = new BlockCache(100L * BLOCK);
        int kept = 0;
        for (int i = 0; i < 100_000; i++) {
            if (cache.keepsReads(1)) {
                keep(cache, place(i), i);
                kept++;
            }
        }
        assertThat(kept).isBetween(100_000 / 17, 100_000 / 9);
    }

    private int kept(BlockCache cache, int writes, boolean read) {
        int kept = 0;
        for (int i = 0; i < writes; i++) {
            if (cache.keepsWrites(1)) {
                cache.room();
                long place = place(1_000_000 + written++);
                cache.keepWritten(place, 1);
                kept++;
                if (read && kept % 2 == 0) {
                    assertThat(cache.get(place, 1, this.read, 0)).isTrue();
                }
            }
        }
        return kept;
    }

    private static void keep(BlockCache cache, long place, int content) {
        ByteBuffer room = cache.room();
        assertThat(room.remaining()).isEqualTo(BLOCK);
        int at = room.position();
        room.putLong(at, content);
        room.putLong(at + BLOCK - 8, content);
        cache.keepRead(place, content);
    }

    /** As a log lays blocks out: eight grains each, shifted. */
    private static long place(int number) {
        return (2L << 61) + (5L << 27) + ((long) number << 13);
    }
}
