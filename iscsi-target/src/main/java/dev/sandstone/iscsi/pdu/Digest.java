package dev.sandstone.iscsi.pdu;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The CRC32C of RFC 7143 13.1, over headers in arrays and data segments in buffers. Its four bytes go out least
 * significant first, as the examples of RFC 7143 A.4 show. One instance belongs to one connection.
 */
final class Digest {
    static final int LENGTH = 4;

    private static final int MAX_PADDING = 3;
    private static final byte[] ZEROES = new byte[MAX_PADDING];

    private final CRC32C crc = new CRC32C();

    void reset() {
        crc.reset();
    }

    void update(byte[] bytes, int offset, int length) {
        crc.update(bytes, offset, length);
    }

    void update(ByteBuf buffer, int index, int length) {
        if (length == 0) {
            return;
        }
        if (buffer.nioBufferCount() == 1) {
            crc.update(buffer.internalNioBuffer(index, length));
            return;
        }
        for (ByteBuffer part : buffer.nioBuffers(index, length)) {
            crc.update(part);
        }
    }

    /** Adds up to three padding bytes of zero. */
    void updateZeroes(int count) {
        crc.update(ZEROES, 0, count);
    }

    /** The digest as the four bytes read or written little-endian. */
    int value() {
        return (int) crc.getValue();
    }
}
