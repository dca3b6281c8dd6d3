package dev.sandstone.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Superblocks as anything may have left them, checksum and magic made right so that the rest is looked at. */
class SuperblockFuzzTest {

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

    private static ByteBuffer block(byte[] input) {
        return ByteBuffer.allocateDirect(4096).put(Arrays.copyOf(input, 4096)).clear();
    }
}
