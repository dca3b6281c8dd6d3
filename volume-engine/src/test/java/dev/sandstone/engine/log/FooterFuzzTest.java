package dev.sandstone.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sandstone.engine.store.Fields;
import dev.sandstone.engine.store.LogStream;
import dev.sandstone.engine.store.SegmentHeader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** Footers as anything may have left them, checksums and owner made right so that the rest is looked at. */
class FooterFuzzTest {
    private static final int SEGMENT = 1 << 20;

    @FuzzTest(maxDuration = "20s")
    void footer(byte[] input) {
        int size = Fields.roundUp(Math.max(input.length, 4096), 4096);
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(size).put(Arrays.copyOf(input, size)).clear();
        UUID pool = new UUID(1, 2);
        SegmentHeader header = new SegmentHeader(pool, 9, 0, LogStream.USER, 0, 1, 1, 0, 0, 0);
        int at = size - FooterFormat.TRAILER_BYTES;
        int index = Math.min(Math.max(bytes.getInt(at + 76), 0), at);
        bytes.putInt(at, 0x53464F54).putShort(at + 4, (short) 1).putLong(at + 8, BatchFormat.poolTag(pool));
        bytes.putLong(at + 16, 9).putInt(at + 24, 0).putInt(at + 28, 1).putInt(at + 76, index);
        bytes.putInt(at + 80, Fields.crc(bytes, 0, index)).putInt(at + 124, Fields.crc(bytes, at, at + 124));
        FooterFormat.Trailer trailer = FooterFormat.decode(bytes, header, SEGMENT);
        if (trailer != null && trailer.indexBytes() <= size) {
            List<FooterFormat.Entry> entries = FooterFormat.index(bytes, trailer);
            assertThat(entries == null || entries.size() == trailer.summary().batches())
                    .isTrue();
        }
    }
}
