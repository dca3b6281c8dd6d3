package dev.sandstone.iscsi.pdu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PduEncoderTest {
    private final PduEncoder encoder = new PduEncoder();

    @Test
    void padsWithZeroesAndLeavesIndexesAlone() {
        ByteBuf data = Unpooled.wrappedBuffer(new byte[] {9, 1, 2, 3, 4, 5});
        data.readByte();
        ByteBuf out = Unpooled.buffer();
        encoder.pdu(new NopOut(), data, out);
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo("0080000000000005" + "00".repeat(40) + "0102030405000000");
        assertThat(data.readerIndex()).isEqualTo(1);
    }

    @Test
    void digestsAreThoseOfTheStandardsExample() {
        encoder.digests(true, true);
        ByteBuf out = Unpooled.buffer();
        Bhs bhs = new Bhs();
        bhs.readFrom(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(
                "01c00000000000000000000000000000140000000000040000000014000000182800000000000000"
                        + "0200000000000000")));
        encoder.header(bhs, out);
        assertThat(ByteBufUtil.hexDump(out)).endsWith("563a96d9");
        out.clear();
        encoder.trailer(Unpooled.wrappedBuffer(new byte[29]), 0, 29, out);
        assertThat(ByteBufUtil.hexDump(out)).as("29 zeroes, three of padding").isEqualTo("000000aa36918a");
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "2", "3", "4", "4095", "4096"})
    void lengthsAreToldExactly(int dataLength) {
        for (int digests = 0; digests < 4; digests++) {
            encoder.digests((digests & 1) != 0, (digests & 2) != 0);
            ByteBuf out = Unpooled.buffer();
            encoder.pdu(new NopOut(), Unpooled.wrappedBuffer(new byte[dataLength]), out);
            assertThat(out.readableBytes()).isEqualTo(encoder.pduLength(dataLength));
        }
    }

    @Test
    void additionalHeadersMustBeWholeWords() {
        ByteBuf out = Unpooled.buffer();
        assertThatThrownBy(() -> encoder.header(new ScsiCommand(), new byte[5], out))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> encoder.header(new ScsiCommand(), new byte[260], out))
                .isInstanceOf(IllegalArgumentException.class);
        encoder.header(new ScsiCommand(), new byte[8], out);
        assertThat(out.getByte(4)).isEqualTo((byte) 2);
    }
}
