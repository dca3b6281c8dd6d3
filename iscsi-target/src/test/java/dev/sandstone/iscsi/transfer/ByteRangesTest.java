package dev.sandstone.iscsi.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteRangesTest {
    private static final int SIZE = 64;

    @Test
    void answersAsABitSetDoes() {
        for (int seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            ByteRanges ranges = new ByteRanges();
            BitSet bits = new BitSet();
            for (int i = 0; i < 12; i++) {
                int start = random.nextInt(SIZE);
                int end = start + random.nextInt(SIZE - start);
                ranges.add(start, end);
                bits.set(start, end);
                int at = random.nextInt(SIZE);
                int to = at + random.nextInt(SIZE - at);
                assertThat(ranges.missingFrom(at)).as("seed %d", seed).isEqualTo(bits.nextClearBit(at));
                int present = bits.nextSetBit(at);
                assertThat(ranges.presentFrom(at, to))
                        .as("seed %d", seed)
                        .isEqualTo(present < 0 || present > to ? to : present);
                assertThat(ranges.covers(at, to)).as("seed %d", seed).isEqualTo(bits.nextClearBit(at) >= to);
                assertThat(ranges.end()).as("seed %d", seed).isEqualTo(bits.length());
            }
        }
    }
}
