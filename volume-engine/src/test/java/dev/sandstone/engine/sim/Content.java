package dev.sandstone.engine.sim;

import java.nio.ByteBuffer;

/**
 * What the simulator writes: each sector says which operation wrote it, and the rest follows from that and the place, so a
 * sector that is torn or misplaced is recognised; operations of all volumes differ, so another volume's is, too.
 */
final class Content {
    static final int SECTOR = 512;

    /** A sector of zeros. */
    static final long ZERO = 0;

    /** A sector that no operation can have written. */
    static final long GARBAGE = -1;

    private Content() {}

    /** Fills a buffer as the operation writes it at the sector. */
    static ByteBuffer of(long operation, long lba, int sectors) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(sectors * SECTOR);
        for (int i = 0; i < sectors; i++) {
            put(bytes, i * SECTOR, operation, lba + i);
        }
        return bytes;
    }

    /** One sector. */
    static void put(ByteBuffer bytes, int at, long operation, long lba) {
        if (operation == ZERO) {
            for (int i = 0; i < SECTOR; i += Long.BYTES) {
                bytes.putLong(at + i, 0);
            }
            return;
        }
        bytes.putLong(at, operation);
        long mixed = seed(operation, lba);
        for (int i = Long.BYTES; i < SECTOR; i += Long.BYTES) {
            bytes.putLong(at + i, mixed);
            mixed = next(mixed);
        }
    }

    /** Which operation wrote the sector; {@link #ZERO} or {@link #GARBAGE} when none. */
    static long operation(ByteBuffer bytes, int at, long lba) {
        long operation = bytes.getLong(at);
        long mixed = operation == ZERO ? 0 : seed(operation, lba);
        for (int i = Long.BYTES; i < SECTOR; i += Long.BYTES) {
            if (bytes.getLong(at + i) != mixed) {
                return GARBAGE;
            }
            mixed = operation == ZERO ? 0 : next(mixed);
        }
        return operation;
    }

    private static long seed(long operation, long lba) {
        return (operation * 0x9E3779B97F4A7C15L) ^ (lba * 0x165667B19E3779F9L | 1);
    }

    private static long next(long x) {
        long y = x ^ (x << 13);
        y ^= y >>> 7;
        return y ^ (y << 17);
    }
}
