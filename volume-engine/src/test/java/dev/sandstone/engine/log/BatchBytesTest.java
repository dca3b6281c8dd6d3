package dev.sandstone.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.log.LogWorld.TestRecord;
import dev.sandstone.engine.store.Fields;
import dev.sandstone.engine.store.LogStream;
import dev.sandstone.engine.store.StoreException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The bytes of a batch and of a footer, one by one. */
final class BatchBytesTest {
    private final ByteBuffer block = ByteBuffer.allocateDirect(4096);

    private static String hex(byte[] bytes, int from, int length) {
        return HexFormat.of().formatHex(bytes, from, from + length);
    }

    private static String crc(byte[] bytes, int from, int length) {
        ByteBuffer direct =
                ByteBuffer.allocateDirect(length).put(bytes, from, length).flip();
        return HexFormat.of().toHexDigits(Fields.crc(direct, 0, length));
    }

    private LogWorld written() throws StoreException {
        LogWorld world = new LogWorld(1, 8);
        for (int i = 0; i < 4096; i++) {
            block.put(i, (byte) i);
        }
        world.append(LogStream.USER, new TestRecord(RecordType.DATA, 0x10000000002L, 1, block, 0));
        world.append(LogStream.USER, new TestRecord(RecordType.UNMAP, 3, 0x40000000, ByteBuffer.allocateDirect(0), 0));
        world.append(LogStream.USER, new TestRecord(RecordType.CONFIG, 0, 0, block.slice(0, 3), 0));
        world.append(LogStream.USER, new TestRecord(RecordType.RELOC, 9, 1, block, 2));
        world.runAll();
        return world;
    }

    private static final String TAG = HexFormat.of().toHexDigits(77L ^ 88L);

    @Test
    void batch() throws StoreException {
        LogWorld world = written();
        byte[] bytes = world.disk.peek(LogWorld.FIRST_SLOT + 4096, 4 * 4096);
        String checksum = HexFormat.of().toHexDigits(Fields.crc(block, 0, 4096));
        String ofThree = crc(bytes, 2 * 4096, 4096);
        String descriptors = "01000000" + "00000001" + "000000000005" + "010000000002" + "0000000000000001" + "0000"
                + "0008" + checksum
                + "03000000" + "40000000" + "000000000005" + "000000000003" + "0000000000000002" + "0000" + "0000"
                + "0d000000" + "00000003" + "000000000005" + "000000000000" + "0000000000000003" + "0008" + "0008"
                + ofThree
                + "05000000" + "00000001" + "000000000005" + "000000000009" + "0000000000000002" + "0010" + "0008"
                + checksum;
        byte[] sums = HexFormat.of().parseHex(checksum + ofThree + checksum);
        byte[] segment = world.disk.peek(LogWorld.FIRST_SLOT, 4096);
        assertThat(hex(bytes, 0, 76))
                .isEqualTo("53424154" + "0001" + "0000" + TAG + "0000000000000001" + "00000000" + "00000001"
                        + "0000000000000001" + "00000004" + "00000008" + "00000020" + hex(segment, 124, 4)
                        + "0000000000000000" + hex(bytes, 64, 8) + crc(sums, 0, 12));
        assertThat(hex(bytes, 80, 48)).isEqualTo("0000008c" + "00".repeat(44));
        assertThat(hex(bytes, 128, 140)).isEqualTo(descriptors);
        byte[] covered = Arrays.copyOf(bytes, 268);
        Arrays.fill(covered, 76, 80, (byte) 0);
        assertThat(hex(bytes, 76, 4)).isEqualTo(crc(covered, 0, 268));
        assertThat(hex(bytes, 268, 4096 - 268)).isEqualTo("00".repeat(4096 - 268));
        assertThat(hex(bytes, 4096, 4096)).isEqualTo(hex(bytes, 3 * 4096, 4096));
        assertThat(hex(bytes, 2 * 4096, 6)).isEqualTo("000102000000");
    }

    @Test
    void footer() throws StoreException {
        LogWorld world = written();
        byte[] batch = world.disk.peek(LogWorld.FIRST_SLOT + 4096, 268);
        world.writer.close(() -> {});
        world.runAll();
        byte[] footer = world.disk.peek(LogWorld.FIRST_SLOT + LogWorld.SEGMENT - 4096, 4096);
        assertThat(hex(footer, 0, 276)).isEqualTo("00001000" + "0000010c" + hex(batch, 0, 268));
        int at = 4096 - 128;
        assertThat(hex(footer, 276, at - 276)).isEqualTo("00".repeat(at - 276));
        assertThat(hex(footer, at, 124))
                .isEqualTo("53464f54" + "0001" + "0000" + TAG + "0000000000000001" + "00000000" + "00000001"
                        + "0000000000000001" + "0000000000000004" + "0000000000000004" + "00000001" + "00000004"
                        + "00002000" + "00005000" + "00001000" + "00000114" + crc(footer, 0, 276)
                        + crc(batch, 72, 4) + "00".repeat(36));
        assertThat(hex(footer, at + 124, 4)).isEqualTo(crc(footer, at, 124));
    }
}
