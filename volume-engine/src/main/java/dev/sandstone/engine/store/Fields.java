package dev.sandstone.engine.store;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** What every format on disk needs: the checksum, reserved bytes that are zero, block arithmetic. */
public final class Fields {
    private Fields() {}

    /** CRC32C (RFC 3720 appendix B.4) of the bytes from an index to another; position and limit stay. */
    public static int crc(ByteBuffer bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().limit(to).position(from));
        return (int) crc.getValue();
    }

    /** Sets bytes to 0. */
    public static void zero(ByteBuffer bytes, int from, int to) {
        int at = from;
        for (; at + 8 <= to; at += 8) {
            bytes.putLong(at, 0);
        }
        for (; at < to; at++) {
            bytes.put(at, (byte) 0);
        }
    }

    /** Whether all bytes are 0, as reserved ones must be. */
    public static boolean isZero(ByteBuffer bytes, int from, int to) {
        for (int at = from; at < to; at++) {
            if (bytes.get(at) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The next multiple of a power of two. */
    public static int roundUp(int value, int unit) {
        return Math.addExact(value, unit - 1) & -unit;
    }
}
