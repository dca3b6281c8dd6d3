package dev.sandstone.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.loop.StepLoop;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZeroAheadTest {
    private static final int SLOT_AT = 8192;
    private static final int SLOT_BYTES = 2 << 20;
    private static final int BLOCK = SegmentStore.BLOCK_BYTES;

    private final StepLoop loop = new StepLoop();
    private final FaultyDisk disk = new FaultyDisk(loop, new Random(1), SLOT_AT + SLOT_BYTES, new FaultyDisk.Faults());
    private final AtomicInteger appended = new AtomicInteger();

    /** Writes end in any order, so zeros that met an append would sometimes win. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void zerosNeverWinOverWhatIsAppended(long seed) {
        Random random = new Random(seed);
        ZeroAhead zeros = zeros();
        byte[] expected = new byte[SLOT_BYTES];
        int at = BLOCK;
        int most = random.nextBoolean() ? 4 : 128;
        int count = 0;
        while (at < SLOT_BYTES) {
            int bytes = Math.min(SLOT_BYTES - at, BLOCK * (1 + random.nextInt(most)));
            byte[] content = new byte[bytes];
            random.nextBytes(content);
            System.arraycopy(content, 0, expected, at, bytes);
            append(zeros, at, content);
            count++;
            at += bytes;
            for (int steps = random.nextInt(4); steps > 0; steps--) {
                loop.step();
            }
        }
        settle();
        assertThat(appended).hasValue(count);
        assertThat(disk.peek(SLOT_AT, SLOT_BYTES)).isEqualTo(expected);
        assertThat(zeros.isOver()).isTrue();
    }

    @Test
    void manySmallAppendsShareAWriteOfZeros() {
        ZeroAhead zeros = zeros();
        for (int i = 0; i < 128; i++) {
            append(zeros, BLOCK + i * BLOCK, new byte[BLOCK]);
            settle();
        }
        // More than a half of the first zeros is used up by then, so the second ones are there.
        assertThat(disk.faults().writes()).isEqualTo(128 + 2);
        assertThat(zeros.isOver()).isFalse();
    }

    /** A log that waits for each append writes the next one while zeros are written. */
    @Test
    void appendsGoOnBesideZeros() {
        ZeroAhead zeros = zeros();
        for (int i = 0; i < 16; i++) {
            append(zeros, BLOCK + i * BLOCK, new byte[BLOCK]);
        }
        assertThat(disk.faults().writes()).as("nobody waits").isEqualTo(16 + 1);
        settle();
        assertThat(appended).hasValue(16);
        assertThat(zeros.isOver()).isFalse();
    }

    @Test
    void whoComesTooFastWaitsOnce() {
        ZeroAhead zeros = zeros();
        append(zeros, BLOCK, new byte[BLOCK]);
        append(zeros, 2 * BLOCK, new byte[SLOT_BYTES / 2]);
        assertThat(disk.faults().writes()).isEqualTo(2);
        settle();
        assertThat(appended).hasValue(2);
        assertThat(zeros.isOver()).isTrue();
        append(zeros, 2 * BLOCK + SLOT_BYTES / 2, new byte[BLOCK]);
        settle();
        assertThat(disk.faults().writes()).isEqualTo(4);
    }

    @Test
    void theEndWaitsForZerosUnderWay() {
        ZeroAhead zeros = zeros();
        append(zeros, BLOCK, new byte[BLOCK]);
        AtomicInteger ended = new AtomicInteger();
        zeros.end(ended::incrementAndGet);
        assertThat(ended).hasValue(0);
        settle();
        assertThat(ended).hasValue(1);
        zeros.end(ended::incrementAndGet);
        assertThat(ended).hasValue(2);
    }

    private void settle() {
        boolean more = true;
        while (more) {
            more = loop.step();
        }
    }

    private ZeroAhead zeros() {
        return new ZeroAhead(disk, 0, SLOT_AT, SLOT_BYTES);
    }

    private void append(ZeroAhead zeros, int at, byte[] content) {
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(content.length).put(content).flip();
        zeros.append(at, bytes, failure -> {
            assertThat(failure).isNull();
            appended.incrementAndGet();
        });
    }
}
