package dev.sandstone.iscsi.pdu;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The examples of RFC 7143 A.4, digest bytes as they go over the wire. */
class DigestTest {

    @Test
    void zeroes() {
        assertThat(digestOf(new byte[32])).isEqualTo("aa36918a");
    }

    @Test
    void ones() {
        byte[] ones = new byte[32];
        Arrays.fill(ones, (byte) 0xff);
        assertThat(digestOf(ones)).isEqualTo("43aba862");
    }

    @Test
    void ascending() {
        byte[] bytes = new byte[32];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        assertThat(digestOf(bytes)).isEqualTo("4e79dd46");
    }

    @Test
    void descending() {
        byte[] bytes = new byte[32];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (31 - i);
        }
        assertThat(digestOf(bytes)).isEqualTo("5cdb3f11");
    }

    @Test
    void readCommand() {
        byte[] command = HexFormat.of()
                .parseHex("01c00000000000000000000000000000140000000000040000000014000000182800000000000000"
                        + "0200000000000000");
        assertThat(digestOf(command)).isEqualTo("563a96d9");
    }

    private static String digestOf(byte[] bytes) {
        Digest digest = new Digest();
        digest.update(bytes, 0, bytes.length);
        int fromArray = digest.value();

        ByteBuf direct = Unpooled.directBuffer().writeBytes(bytes);
        digest.reset();
        digest.update(direct, 0, bytes.length);
        assertThat(digest.value()).isEqualTo(fromArray);

        CompositeByteBuf parts = Unpooled.compositeBuffer();
        parts.addComponents(true, direct.retainedSlice(0, 5), direct.retainedSlice(5, bytes.length - 5));
        digest.reset();
        digest.update(parts, 0, bytes.length);
        assertThat(digest.value()).isEqualTo(fromArray);
        parts.release();

        ByteBuf wire = direct.clear().writeIntLE(fromArray);
        String hex = ByteBufUtil.hexDump(wire);
        wire.release();
        return hex;
    }
}
