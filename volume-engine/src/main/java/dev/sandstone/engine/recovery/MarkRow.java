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
 * 32  u64  from which time on it does not show the volume, in microseconds since 1970; only where there is one
 * </pre>
 *
 * Big-endian.
 *
 * @param lsn what was born up to there is in it
 * @param end from this time on it does not show the volume, which had changed and could not be marked; else {@link #NEVER}
 */
public record MarkRow(long lineage, long lsn, long micros, UUID volume, long blocks, long end) {
    /** It shows the volume up to its next mark. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final int BYTES = 32;
    private static final int BYTES_WITH_END = 40;

    /** One that shows the volume up to its next mark. */
    MarkRow(long lineage, long lsn, long micros, UUID volume, long blocks) {
        this(lineage, lsn, micros, volume, blocks, NEVER);
    }

    public boolean ends() {
        return end != NEVER;
    }

    /** The same, showing nothing from that time on, nor from where it did not before. */
    public MarkRow endingAt(long time) {
        return new MarkRow(lineage, lsn, micros, volume, blocks, Math.min(end, time));
    }

    byte[] key() {
        return KeySpace.point(ByteBuffer.allocate(KeySpace.POINT_KEY_BYTES), lineage, lsn)
                .array();
    }

    byte[] encode() {
        ByteBuffer bytes = ByteBuffer.allocate(ends() ? BYTES_WITH_END : BYTES)
                .putLong(micros)
                .putLong(volume.getMostSignificantBits())
                .putLong(volume.getLeastSignificantBits())
                .putLong(blocks);
        if (ends()) {
            bytes.putLong(end);
        }
        return bytes.array();
    }

    /**
     * Reads a row, leaving the buffers as they are.
     *
     * @throws IllegalArgumentException saying what is wrong with the bytes
     */
    static MarkRow decode(ByteBuffer key, ByteBuffer value) {
        int at = value.position();
        int bytes = value.remaining();
        if (key.remaining() != KeySpace.POINT_KEY_BYTES || (bytes != BYTES && bytes != BYTES_WITH_END)) {
            throw new IllegalArgumentException("mark of " + key.remaining() + " and " + value.remaining() + " bytes");
        }
        UUID volume = new UUID(value.getLong(at + 8), value.getLong(at + 16));
        MarkRow row = new MarkRow(
                KeySpace.part(key, 0),
                KeySpace.part(key, 1),
                value.getLong(at),
                volume,
                value.getLong(at + 24),
                bytes == BYTES ? NEVER : value.getLong(at + BYTES));
        if (row.lineage <= 0 || row.lsn <= 0 || row.blocks <= 0) {
            throw new IllegalArgumentException("mark " + row);
        }
        return row;
    }
}
