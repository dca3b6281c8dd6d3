package dev.sandstone.scsi.reservation;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Stored reservations as anything may have left them: refused, or read and written again as they were. */
class PersistentCodecFuzzTest {

    @FuzzTest(maxDuration = "20s")
    void storedReservations(byte[] bytes) {
        check(bytes);
        // Past the checksum, which no fuzzer guesses.
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        byte[] sealed = Arrays.copyOf(bytes, bytes.length + 4);
        ByteBuffer.wrap(sealed).putInt(bytes.length, (int) crc.getValue());
        check(sealed);
    }

    private static void check(byte[] bytes) {
        PersistentState state;
        try {
            state = PersistentCodec.decode(bytes);
        } catch (IllegalArgumentException refused) {
            return;
        }
        assertThat(PersistentCodec.encode(state)).isEqualTo(bytes);
        assertThat(state.keys().size()).isLessThanOrEqualTo(PersistentState.MOST_REGISTRATIONS);
    }
}
