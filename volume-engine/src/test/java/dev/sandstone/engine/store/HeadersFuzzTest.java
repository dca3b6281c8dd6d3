package dev.sandstone.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;

/** Superblocks and segment headers as anything may have left them. */
class HeadersFuzzTest {

    @FuzzTest(maxDuration = "20s")
    void superblock(byte[] input) {
        ByteBuffer bytes = block(input);
        bytes.putInt(0, 0x53535550).putShort(4, Superblock.VERSION).putInt(4092, Fields.crc(bytes, 0, 4092));
        try {
            Superblock read = Superblock.decode(bytes);
            if (read != null) {
                assertThat(Superblock.isSegmentSize(read.segmentBytes())).isTrue();
                ByteBuffer again = ByteBuffer.allocateDirect(4096);
                read.encode(again);
                assertThat(Superblock.decode(again)).isEqualTo(read);
            }
        } catch (StoreException unknown) {
            assertThat(unknown.kind()).isEqualTo(StoreException.Kind.VERSION);
        }
    }

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
