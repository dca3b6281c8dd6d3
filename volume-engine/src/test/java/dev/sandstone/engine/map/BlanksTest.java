package dev.sandstone.engine.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlanksTest {
    private static final int BLOCKS = 40;

    @Test
    void aNewerRangeCutsTheOlderOnes() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Blanks blanks = new Blanks();
            long[] births = new long[BLOCKS];
            for (int birth = 1; birth <= 30; birth++) {
                int start = random.nextInt(BLOCKS);
                int end = start + 1 + random.nextInt(BLOCKS - start);
                blanks.cover(start, end, birth % 3, birth);
                Arrays.fill(births, start, end, birth);
                check(blanks, births, seed);
            }
        }
    }

    private static void check(Blanks blanks, long[] births, long seed) {
        for (int block = 0; block < BLOCKS; block++) {
            int at = blanks.find(block);
            assertThat(at == Blanks.NONE ? 0 : blanks.birth(at))
                    .as("seed %d block %d", seed, block)
                    .isEqualTo(births[block]);
            if (at != Blanks.NONE) {
                assertThat(blanks.pointer(at)).isEqualTo(births[block] % 3);
            }
        }
        for (int i = 1; i < blanks.size(); i++) {
            assertThat(blanks.start(i)).isGreaterThanOrEqualTo(blanks.end(i - 1));
        }
    }
}
