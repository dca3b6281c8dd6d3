package dev.sandstone.engine.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class RunCodecTest {
    private final ByteBuffer key = ByteBuffer.allocateDirect(KeySpace.HEAD_KEY_BYTES);
    private final ByteBuffer value = ByteBuffer.allocateDirect(RunCodec.MAX_BYTES);
    private final Run run = new Run();

    private static String hex(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** The bytes that docs/metadata-tables.md shows. */
    @Test
    void everyByteIsInItsPlace() {
        run.set(0x1000, 0x1001, Pointer.raw(5, 16), 0x0102);
        run.checksum(0, 0xCAFEBABE);
        run.checksum(1, 0x12345678);
        assertThat(hex(KeySpace.head(key, 3, run.last))).isEqualTo("0000000000000003" + "0000000000001001");
        assertThat(hex(RunCodec.encode(value, run)))
                .isEqualTo("01" + "00000000000002" + "4000000028004000" + "0000000000000102" + "cafebabe" + "12345678");
        assertThat(hex(new LineageRow(LineageRow.State.ENDED, 9, 7, 8, 6).encode(value)))
                .isEqualTo("02" + "02" + "000000000000" + "0000000000000009" + "0000000000000007" + "0000000000000008"
                        + "0000000000000006");
        String before = "01" + "01" + "000000000000" + "0000000000000009" + "0000000000000000" + "0000000000000000";
        assertThat(LineageRow.decode(ByteBuffer.wrap(HexFormat.of().parseHex(before))))
                .isEqualTo(new LineageRow(LineageRow.State.DEAD, 9, 0, 0, 0));
    }

    @Test
    void readsWhatItWrote() {
        run.set(70, 99, Pointer.raw(1234, 800), 55);
        for (int i = 0; i < 30; i++) {
            run.checksum(i, 7 * i);
        }
        Run read = new Run();
        RunCodec.decode(KeySpace.head(key, 1, 99), RunCodec.encode(value, run), read);
        assertThat(read.first).isEqualTo(70);
        assertThat(read.last).isEqualTo(99);
        assertThat(read.pointer).isEqualTo(run.pointer);
        assertThat(read.birth).isEqualTo(55);
        assertThat(read.checksum(29)).isEqualTo(203);
    }

    @Test
    void aBlankRunMayBeLong() {
        run.set(0, (1L << 41) - 1, Pointer.POISON, 1);
        Run read = new Run();
        RunCodec.decode(KeySpace.head(key, 1, run.last), RunCodec.encode(value, run), read);
        assertThat(read.blocks()).isEqualTo(1L << 41);
    }

    private void refused(long last, String what) {
        assertThatThrownBy(() -> RunCodec.decode(KeySpace.head(key, 1, last), value, new Run()))
                .isInstanceOf(MetadataException.class)
                .hasMessageContaining(what);
    }

    @Test
    void refusesWhatCannotBeARun() {
        run.set(10, 11, Pointer.raw(1, 8), 5);
        RunCodec.encode(value, run);
        refused(0, "2 blocks up to 0");
        refused(-1, "2 blocks up to -1");
        value.put(0, (byte) 2);
        refused(11, "format 2");
        RunCodec.encode(value, run).limit(value.limit() - 1);
        refused(11, "2 blocks in 31 bytes");
        RunCodec.encode(value, run).limit(23);
        refused(11, "a row of 16 and 23 bytes");
        RunCodec.encode(value, run).putLong(16, 0);
        refused(11, "birth 0");
        RunCodec.encode(value, run).putLong(8, Pointer.raw(1, 8) | 1);
        refused(11, "2 blocks up to 11");
        RunCodec.encode(value, run).putLong(8, Pointer.raw(1, Pointer.GRAINS - 8));
        refused(11, "2 blocks from");
        RunCodec.encode(value, run).putLong(0, 1L << 56 | 257);
        refused(1000, "257 blocks from");
        RunCodec.encode(value, run).putLong(0, 1L << 56);
        refused(11, "0 blocks");
    }
}
