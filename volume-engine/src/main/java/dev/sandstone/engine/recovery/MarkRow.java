package dev.sandstone.engine.recovery;

import dev.sandstone.engine.meta.KeySpace;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * A point in time that a volume can be rewound to: a row of the table MARK, whose key is lineage and LSN.
 *
 * <pre>
 *  0  u64  wall clock, microseconds since 1970
 *  8  16   uuid of the volume
 * 24  u64  size of the volume then, in 512-byte blocks
 * 32
 * </pre>
 *
 * Big-endian.
 *
 * @param lsn what was born up to there is in it
 */
public record MarkRow(long lineage, long lsn, long micros, UUID volume, long blocks) {
    private static final int BYTES = 32;

    byte[] key() {
        return KeySpace.point(ByteBuffer.allocate(KeySpace.POINT_KEY_BYTES), lineage, lsn)
                .array();
    }

    byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .putLong(micros)
                .putLong(volume.getMostSignificantBits())
                .putLong(volume.getLeastSignificantBits())
                .putLong(blocks)
                .array();
    }

    /**
     * Reads a row, leaving the buffers as they are.
     *
     * @throws IllegalArgumentException saying what is wrong with the bytes
     */
    static MarkRow decode(ByteBuffer key, ByteBuffer value) {
        int at = value.position();
        if (key.remaining() != KeySpace.POINT_KEY_BYTES || value.remaining() != BYTES) {
            throw new IllegalArgumentException("mark of " + key.remaining() + " and " + value.remaining() + " bytes");
        }
        UUID volume = new UUID(value.getLong(at + 8), value.getLong(at + 16));
        MarkRow row = new MarkRow(
                KeySpace.part(key, 0), KeySpace.part(key, 1), value.getLong(at), volume, value.getLong(at + 24));
        if (row.lineage <= 0 || row.lsn <= 0 || row.blocks <= 0) {
            throw new IllegalArgumentException("mark " + row);
        }
        return row;
    }
}
