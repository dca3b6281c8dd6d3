package dev.sandstone.engine.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.log.Pointer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LeafCacheTest {
    private static final int SLOTS = 512;
    private final LeafCache cache = new LeafCache(0);
    private final MapSlice slice = new MapSlice(Leaf.BLOCKS);

    private static Leaf leaf(long mark) {
        Leaf leaf = new Leaf();
        for (int i = 0; i < Leaf.BLOCKS; i++) {
            leaf.pointers[i] = Pointer.raw(mark, i);
            leaf.births[i] = mark;
            leaf.checksums[i] = (int) mark + i;
        }
        return leaf;
    }

    @Test
    void answersWhatWasInstalledAndSetSince() {
        cache.install(1, 5, leaf(7));
        int entry = cache.find(1, 5);
        cache.set(entry, 3, Pointer.POISON, 9, 0);
        cache.copy(entry, 2, 3, slice, 0);
        assertThat(slice.pointer(0)).isEqualTo(Pointer.raw(7, 2));
        assertThat(slice.checksum(0)).isEqualTo(9);
        assertThat(slice.pointer(1)).isEqualTo(Pointer.POISON);
        assertThat(slice.birth(1)).isEqualTo(9);
        assertThat(slice.pointer(2)).isEqualTo(Pointer.raw(7, 4));
        assertThat(cache.find(2, 5)).isEqualTo(LeafCache.ABSENT);
        assertThat(cache.find(1, 6)).isEqualTo(LeafCache.ABSENT);
    }

    @Test
    void remembersThatALeafIsEmptyWithoutASlot() {
        for (int leaf = 0; leaf < SLOTS + 50; leaf++) {
            cache.install(1, leaf, new Leaf());
        }
        assertThat(cache.size()).isEqualTo(SLOTS + 50);
        int entry = cache.find(1, 7);
        cache.set(entry, 0, Pointer.raw(1, 0), 4, 5);
        cache.copy(entry, 0, 2, slice, 0);
        assertThat(slice.birth(0)).isEqualTo(4);
        assertThat(slice.birth(1)).isZero();
        assertThat(slice.pointer(1)).isEqualTo(Pointer.HOLE);
    }

    @Test
    void keepsWhatIsAskedForWhenFull() {
        cache.install(1, 0, leaf(1));
        for (int leaf = 1; leaf < 4 * SLOTS; leaf++) {
            assertThat(cache.find(1, 0)).as("after %d others", leaf).isNotEqualTo(LeafCache.ABSENT);
            cache.install(1, leaf, leaf(leaf));
            assertThat(cache.size()).isLessThanOrEqualTo(SLOTS);
        }
    }

    @Test
    void blanksAndDropsOnlyWhatItShould() {
        cache.install(1, 0, leaf(1));
        cache.install(1, 1, leaf(2));
        cache.install(2, 0, leaf(3));
        cache.blank(1, 63, 1L << 40, Pointer.HOLE, 50);
        cache.copy(cache.find(1, 0), 62, 2, slice, 0);
        assertThat(slice.birth(0)).isEqualTo(1);
        assertThat(slice.birth(1)).isEqualTo(50);
        cache.copy(cache.find(1, 1), 63, 1, slice, 0);
        assertThat(slice.birth(0)).isEqualTo(50);
        cache.drop(1);
        assertThat(cache.find(1, 0)).isEqualTo(LeafCache.ABSENT);
        assertThat(cache.birth(cache.find(2, 0), 9)).isEqualTo(3);
    }

    @Test
    void findsEveryLeafItHolds() {
        Random random = new Random(3);
        for (int i = 0; i < 40_000; i++) {
            long lineage = random.nextInt(4);
            long leaf = random.nextInt(1500);
            int entry = cache.find(lineage, leaf);
            if (entry == LeafCache.ABSENT) {
                cache.install(lineage, leaf, random.nextBoolean() ? leaf(1 + 1000 * lineage + leaf) : new Leaf());
                entry = cache.find(lineage, leaf);
                assertThat(entry).isNotEqualTo(LeafCache.ABSENT);
            }
            assertThat(cache.birth(entry, 17)).isIn(0L, 1 + 1000 * lineage + leaf);
            if (random.nextInt(2000) == 0) {
                cache.drop(lineage);
                assertThat(cache.find(lineage, leaf)).isEqualTo(LeafCache.ABSENT);
            }
        }
    }
}
