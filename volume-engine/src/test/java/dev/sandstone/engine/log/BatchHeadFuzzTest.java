package dev.sandstone.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/** Heads of batches as anything may have left them, checksum and magic made right so that the rest is looked at. */
class BatchHeadFuzzTest {

    @FuzzTest(maxDuration = "20s")
    void batchHead(byte[] input) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(Math.max(input.length, BatchFormat.HEADER_BYTES));
        bytes.put(input).clear();
        assertThat(BatchFormat.decode(bytes, 0, Math.min(input.length, BatchFormat.HEADER_BYTES - 1)))
                .isNull();
        bytes.putInt(0, BatchFormat.MAGIC)
                .putShort(4, (short) 1)
                .putInt(80, bytes.capacity() - BatchFormat.HEADER_BYTES);
        sign(bytes);
        BatchHeader header = BatchFormat.decode(bytes, 0, bytes.capacity());
        if (header == null) {
            return;
        }
        List<RecordDescriptor> records = header.segment() >= 0 && header.segment() < Pointer.SEGMENTS
                ? Descriptors.decode(bytes, 0, header, 8192)
                : null;
        if (records != null) {
            assertThat(records).hasSize(header.records());
            for (RecordDescriptor record : records) {
                assertThat(record.blocks()).isNotNegative();
                assertThat(record.payloadBytes()).isBetween(0, BatchFormat.MAX_PAYLOAD_BLOCKS * 4096);
            }
        }
    }

    private static void sign(ByteBuffer bytes) {
        bytes.putInt(76, 0);
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        bytes.putInt(76, (int) crc.getValue());
    }
}
