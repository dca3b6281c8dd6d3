package dev.sandstone.engine.recovery;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * What the pool knows of a volume: the payload of a CONFIG record and the value of its row in the table VOLUME.
 *
 * <pre>
 *  0  u16  version, 2
 *  2  u8   write policy: 0 durable, 1 write-back
 *  3  u8   reserved, 0
 *  4  u32  rewind window in seconds, 0 none
 *  8  16   uuid, most significant half first
 * 24  u64  lineage of its head
 * 32  u64  size in 512-byte blocks, a multiple of 8
 * 40  u64  its first lineage
 * 48
 * </pre>
 *
 * Big-endian. Version 1 ends before the first lineage, which is then that of the head, and has no window.
 *
 * @param id its identity
 * @param lineage the write history it is the name of
 * @param blocks size in 512-byte blocks
 * @param writeBack whether writes are acknowledged at admission
 * @param first its first lineage: orders volumes by creation
 * @param rewindSeconds how far back it can be rewound, at most {@link #MOST_REWIND_SECONDS}
 */
public record VolumeRow(UUID id, long lineage, long blocks, boolean writeBack, long first, int rewindSeconds) {
    /** Encoded size. */
    public static final int BYTES = 48;

    /** Logical blocks in a block of the map. */
    public static final int BLOCKS_PER_MAP_BLOCK = 8;

    /** Thirty days. */
    public static final int MOST_REWIND_SECONDS = 30 * 24 * 3600;

    private static final int BYTES_VERSION_1 = 40;
    private static final short VERSION = 2;

    /** A new volume. */
    public static VolumeRow of(UUID id, long lineage, long blocks, boolean writeBack) {
        return new VolumeRow(id, lineage, blocks, writeBack, lineage, 0);
    }

    /** The volume with another size. */
    public VolumeRow withBlocks(long newBlocks) {
        return new VolumeRow(id, lineage, newBlocks, writeBack, first, rewindSeconds);
    }

    /** The volume with another write policy. */
    public VolumeRow withWriteBack(boolean early) {
        return new VolumeRow(id, lineage, blocks, early, first, rewindSeconds);
    }

    /** The volume with another rewind window. */
    public VolumeRow withRewind(int seconds) {
        return new VolumeRow(id, lineage, blocks, writeBack, first, seconds);
    }

    /** The volume as the name of another lineage. */
    public VolumeRow withLineage(long other, long itsBlocks) {
        return new VolumeRow(id, other, itsBlocks, writeBack, first, rewindSeconds);
    }

    public byte[] encode() {
        return put(ByteBuffer.allocate(BYTES)).array();
    }

    /** Puts {@link #BYTES} bytes at the buffer's position. */
    ByteBuffer put(ByteBuffer bytes) {
        return bytes.putShort(VERSION)
                .put((byte) (writeBack ? 1 : 0))
                .put((byte) 0)
                .putInt(rewindSeconds)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .putLong(lineage)
                .putLong(blocks)
                .putLong(first);
    }

    /** The key of its row. */
    public byte[] key() {
        return key(id);
    }

    /** A uuid as a key. */
    static byte[] key(UUID id) {
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
        if (bytes.remaining() != BYTES && bytes.remaining() != BYTES_VERSION_1) {
            throw new IllegalArgumentException("volume row of " + bytes.remaining() + " bytes, expected " + BYTES);
        }
        int version = bytes.remaining() == BYTES ? VERSION : 1;
        if (bytes.getShort(at) != version) {
            throw new IllegalArgumentException(
                    "volume row of version " + bytes.getShort(at) + " in " + bytes.remaining() + " bytes");
        }
        int policy = bytes.get(at + 2);
        int rewind = bytes.getInt(at + 4);
        long lineage = bytes.getLong(at + 24);
        long blocks = bytes.getLong(at + 32);
        long first = version == 1 ? lineage : bytes.getLong(at + 40);
        boolean unknown = bytes.get(at + 3) != 0 || (version == 1 && rewind != 0);
        if (policy < 0 || policy > 1 || unknown || lineage <= 0 || first <= 0 || first > lineage) {
            throw new IllegalArgumentException(
                    "volume row with unknown bits: policy " + policy + ", lineage " + lineage + " of " + first);
        }
        if (rewind < 0 || rewind > MOST_REWIND_SECONDS) {
            throw new IllegalArgumentException("volume row with a rewind window of " + rewind + " s");
        }
        if (blocks <= 0 || blocks % BLOCKS_PER_MAP_BLOCK != 0) {
            throw new IllegalArgumentException("volume row with size " + blocks);
        }
        UUID id = new UUID(bytes.getLong(at + 8), bytes.getLong(at + 16));
        return new VolumeRow(id, lineage, blocks, policy == 1, first, rewind);
    }
}
