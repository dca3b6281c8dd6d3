package dev.sandstone.engine.recovery;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * What the pool knows of a snapshot: the value of its row in the table SNAPSHOT, whose key is the snapshot's uuid.
 *
 * <pre>
 *  0  u16  version, 1
 *  2  6    reserved, 0
 *  8  16   uuid of the volume
 * 24  u64  lineage
 * 32  u64  LSN: what was born up to there is in it
 * 40  u64  wall clock, microseconds since 1970
 * 48  u64  size of the volume then, in 512-byte blocks
 * 56
 * </pre>
 *
 * Big-endian.
 *
 * @param id its identity
 * @param volume what it is of; may be gone
 * @param lineage the write history that was the volume's then
 * @param lsn the record it was taken by
 * @param micros wall clock then, microseconds since 1970
 * @param blocks size then, in 512-byte blocks
 */
public record SnapshotRow(UUID id, UUID volume, long lineage, long lsn, long micros, long blocks) {
    private static final int BYTES = 56;
    private static final short VERSION = 1;

    byte[] key() {
        return VolumeRow.key(id);
    }

    byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .putShort(VERSION)
                .putShort((short) 0)
                .putInt(0)
                .putLong(volume.getMostSignificantBits())
                .putLong(volume.getLeastSignificantBits())
                .putLong(lineage)
                .putLong(lsn)
                .putLong(micros)
                .putLong(blocks)
                .array();
    }

    /**
     * Reads a row, leaving the buffers as they are.
     *
     * @throws IllegalArgumentException saying what is wrong with the bytes
     */
    static SnapshotRow decode(ByteBuffer key, ByteBuffer value) {
        int at = value.position();
        if (key.remaining() != 16 || value.remaining() != BYTES || value.getShort(at) != VERSION) {
            throw new IllegalArgumentException(
                    "snapshot row of " + key.remaining() + " and " + value.remaining() + " bytes");
        }
        SnapshotRow row = new SnapshotRow(
                new UUID(key.getLong(key.position()), key.getLong(key.position() + 8)),
                new UUID(value.getLong(at + 8), value.getLong(at + 16)),
                value.getLong(at + 24),
                value.getLong(at + 32),
                value.getLong(at + 40),
                value.getLong(at + 48));
        boolean reserved = value.getShort(at + 2) != 0 || value.getInt(at + 4) != 0;
        if (reserved || row.lineage <= 0 || row.lsn <= 0 || row.blocks <= 0) {
            throw new IllegalArgumentException("snapshot row " + row);
        }
        return row;
    }
}
