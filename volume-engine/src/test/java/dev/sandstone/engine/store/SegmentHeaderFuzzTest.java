package dev.sandstone.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;

/** Segment headers as anything may have left them, checksum and magic made right so that the rest is looked at. */
class SegmentHeaderFuzzTest {

    @FuzzTest(maxDuration = "20s")
    void segmentHeader(byte[] input) {
        ByteBuffer bytes = block(input);
        UUID pool = new UUID(bytes.getLong(8), bytes.getLong(16));
        bytes.putInt(0, 0x53534547).putShort(4, Superblock.VERSION).putInt(124, Fields.crc(bytes, 0, 124));
        SegmentHeader read = SegmentHeader.decode(bytes, pool);
        if (read != null) {
            ByteBuffer again = ByteBuffer.allocateDirect(4096);
            read.encode(again);
            assertThat(SegmentHeader.decode(again, pool)).isEqualTo(read);
        }
    }

    private static ByteBuffer block(byte[] input) {
        return ByteBuffer.allocateDirect(4096).put(Arrays.copyOf(input, 4096)).clear();
    }
}
