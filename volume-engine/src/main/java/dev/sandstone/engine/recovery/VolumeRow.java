package dev.sandstone.engine.recovery;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * What the pool knows of a volume: the payload of a CONFIG record and the value of its row in the table VOLUME.
 *
 * <pre>
 *  0  u16  version, 1
 *  2  u8   write policy: 0 durable, 1 write-back
 *  3  u8   reserved, 0
 *  4  u32  reserved, 0
 *  8  16   uuid, most significant half first
 * 24  u64  lineage of its head
 * 32  u64  size in 512-byte blocks, a multiple of 8
 * 40
 * </pre>
 *
 * Big-endian.
 *
 * @param id its identity
 * @param lineage the write history it is the name of; orders volumes by creation
 * @param blocks size in 512-byte blocks
 * @param writeBack whether writes are acknowledged at admission
 */
public record VolumeRow(UUID id, long lineage, long blocks, boolean writeBack) {
    /** Encoded size. */
    public static final int BYTES = 40;

    /** Logical blocks in a block of the map. */
    public static final int BLOCKS_PER_MAP_BLOCK = 8;

    private static final short VERSION = 1;

    public byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .putShort(VERSION)
                .put((byte) (writeBack ? 1 : 0))
                .put((byte) 0)
                .putInt(0)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .putLong(lineage)
                .putLong(blocks)
                .array();
    }

    /** The key of its row. */
    public byte[] key() {
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    /** 4 KiB blocks of the map that it spans. */
    public long mapBlocks() {
        return blocks / BLOCKS_PER_MAP_BLOCK;
    }

    /**
     * Reads a row, position to limit, leaving the buffer as it is.
     *
     * @throws IllegalArgumentException saying what is wrong with the bytes
     */
    public static VolumeRow decode(ByteBuffer bytes) {
        int at = bytes.position();
        if (bytes.remaining() != BYTES) {
            throw new IllegalArgumentException("volume row of " + bytes.remaining() + " bytes, expected " + BYTES);
        }
        if (bytes.getShort(at) != VERSION) {
            throw new IllegalArgumentException("volume row of version " + bytes.getShort(at) + ", known is " + VERSION);
        }
        int policy = bytes.get(at + 2);
        long lineage = bytes.getLong(at + 24);
        long blocks = bytes.getLong(at + 32);
        boolean reservedSet = bytes.get(at + 3) != 0 || bytes.getInt(at + 4) != 0;
        if (policy < 0 || policy > 1 || reservedSet || lineage <= 0) {
            throw new IllegalArgumentException(
                    "volume row with unknown bits: policy " + policy + ", lineage " + lineage);
        }
        if (blocks <= 0 || blocks % BLOCKS_PER_MAP_BLOCK != 0) {
            throw new IllegalArgumentException("volume row with size " + blocks);
        }
        return new VolumeRow(new UUID(bytes.getLong(at + 8), bytes.getLong(at + 16)), lineage, blocks, policy == 1);
    }
}
