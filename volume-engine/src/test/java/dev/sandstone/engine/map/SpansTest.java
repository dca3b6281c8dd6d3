package dev.sandstone.engine.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.log.Pointer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpansTest {
    private static final int BLOCKS = 40;
    private static final long[] BLANK = {Pointer.HOLE, Pointer.ZERO, Pointer.POISON};

    /** What a block must be. */
    private record Version(long birth, long pointer, int checksum) {
        static final Version NONE = new Version(0, 0, 0);
    }

    @Test
    void aNewerRangeCutsTheOlderOnes() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Spans spans = new Spans();
            for (int life = 0; life < 2; life++) {
                Version[] expected = new Version[BLOCKS];
                Arrays.fill(expected, Version.NONE);
                for (int birth = 1; birth <= 30; birth++) {
                    cover(random, spans, birth, expected);
                    check(spans, expected, seed);
                }
                spans.clear();
                assertThat(spans.find(0)).isEqualTo(Spans.NONE);
            }
        }
    }

    private static void cover(Random random, Spans spans, int birth, Version[] expected) {
        int start = random.nextInt(BLOCKS);
        int end = start + 1 + random.nextInt(BLOCKS - start);
        if (random.nextBoolean()) {
            long pointer = BLANK[random.nextInt(BLANK.length)];
            spans.blank(start, end, pointer, birth);
            Arrays.fill(expected, start, end, new Version(birth, pointer, 0));
            return;
        }
        long pointer = Pointer.raw(random.nextInt(9), 8 * random.nextInt(99));
        int[] checksums = random.ints(end - start).toArray();
        spans.cover(start, end, pointer, birth, checksums);
        for (int block = start; block < end; block++) {
            expected[block] = new Version(birth, Pointer.plus(pointer, block - start), checksums[block - start]);
        }
    }

    private static void check(Spans spans, Version[] expected, long seed) {
        for (int block = 0; block < BLOCKS; block++) {
            int at = spans.find(block);
            Version found = at == Spans.NONE
                    ? Version.NONE
                    : new Version(spans.birth(at), spans.pointer(at, block), spans.checksum(at, block));
            assertThat(found).as("seed %d block %d", seed, block).isEqualTo(expected[block]);
            if (at != Spans.NONE) {
                assertThat(spans.hasData(at)).isEqualTo(Pointer.hasData(found.pointer()));
                assertThat(spans.isPoison(at)).isEqualTo(found.pointer() == Pointer.POISON);
            }
        }
        for (int i = 1; i < spans.size(); i++) {
            assertThat(spans.start(i)).isGreaterThanOrEqualTo(spans.end(i - 1));
        }
    }
}
