package dev.sandstone.engine.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a disk and of its pool, and the epoch of each shard: one block, kept in four copies.
 *
 * <pre>
 *    0  u32  magic "SSUP"
 *    4  u16  format version, 1
 *    6  u16  reserved, 0
 *    8  u64  compatible features: unknown bits may be ignored
 *   16  u64  read-only compatible features: with unknown bits the disk may only be read
 *   24  u64  incompatible features: with unknown bits the disk must not be used; bit 0: several disks,
 *           bit 1: the log may hold RELOCREF records, set by every version that may write them,
 *           bit 2: MARK records and marks may say from when on a mark does not show its volume
 *   32  u128 pool uuid
 *   48  u128 disk uuid
 *   64  u64  generation, 1 when formatted
 *   72  u32  block size, 4096
 *   76  u32  segment size
 *   80  u64  offset of the first segment slot
 *   88  u64  number of segment slots
 *   96  u16  disks in the table
 *   98  u16  shards in the table
 *  100  u16  key epochs in the table
 *  102  u8   with several disks: copies wanted of each segment
 *  103  u8   with several disks: copies that every segment surely has on disks in use
 *  104  24   reserved, 0
 *  128  40 each: disk {u128 uuid, u32 state, u32 reserved, u64 last generation, u64 reserved}, at most 32
 * 1408  64 each: shard {u32 id, u32 epoch, u64 segment floor, 48 bytes checkpoint references, 0}, at most 32
 * 3456  16 each: key epoch {u32 epoch, u32 state, u64 reserved}, at most 32
 * 3968  124  reserved, 0
 * 4092  u32  CRC32C of bytes 0 to 4091
 * </pre>
 *
 * Big-endian.
 *
 * @param pool identity of the pool
 * @param disk identity of this disk
 * @param generation counts the superblocks of this disk
 * @param segmentBytes size of a segment slot
 * @param firstSlot offset of the first slot, in bytes
 * @param slots number of slots
 * @param disks members of the pool
 * @param shards logs of the pool
 * @param keyEpochs encryption keys in use
 * @param copies how many copies of each segment there are; on disk only with several disks
 * @param endingMarks whether some mark may say from when on it does not show its volume; stays once it is
 */
public record Superblock(
        UUID pool,
        UUID disk,
        long generation,
        int segmentBytes,
        long firstSlot,
        long slots,
        List<Disk> disks,
        List<Shard> shards,
        List<KeyEpoch> keyEpochs,
        Copies copies,
        boolean endingMarks) {
    /** Version of the whole disk format. */
    public static final short VERSION = 1;

    /** Size on disk. */
    public static final int BYTES = SegmentStore.BLOCK_BYTES;

    /** Smallest and largest segment size; all between must be powers of two. */
    public static final int MIN_SEGMENT_BYTES = 64 << 10;

    public static final int MAX_SEGMENT_BYTES = 64 << 20;

    /** Most disks of a pool. */
    public static final int MOST_DISKS = 32;

    private static final long SEVERAL_DISKS = 1;
    private static final long MOVED_REFERENCES = 2;
    private static final long ENDING_MARKS = 4;
    private static final long KNOWN = SEVERAL_DISKS | MOVED_REFERENCES | ENDING_MARKS;
    private static final int MAGIC = 0x53535550;
    private static final int DISKS_AT = 128;
    private static final int DISK_BYTES = 40;
    private static final int SHARDS_AT = 1408;
    private static final int SHARD_BYTES = 64;
    private static final int KEYS_AT = 3456;
    private static final int KEY_BYTES = 16;
    private static final int TABLE_LIMIT = MOST_DISKS;
    private static final int END_AT = 3968;
    private static final int CRC_AT = BYTES - 4;

    public Superblock {
        disks = List.copyOf(disks);
        shards = List.copyOf(shards);
        keyEpochs = List.copyOf(keyEpochs);
    }

    /** Of a pool with one disk, or that says nothing else. */
    public Superblock(
            UUID pool,
            UUID disk,
            long generation,
            int segmentBytes,
            long firstSlot,
            long slots,
            List<Disk> disks,
            List<Shard> shards,
            List<KeyEpoch> keyEpochs) {
        this(pool, disk, generation, segmentBytes, firstSlot, slots, disks, shards, keyEpochs, Copies.USUAL, false);
    }

    /**
     * A member of the pool.
     *
     * @param state see {@link MirrorDisk.State}; 0 is active
     * @param lastGeneration of a disk that is not written to any more: the last one that it has
     */
    public record Disk(UUID uuid, int state, long lastGeneration) {}

    /**
     * Of each segment.
     *
     * @param wanted on so many disks it is put, when there are as many
     * @param guaranteed on so many it surely is; so with fewer disks missing the pool may be opened
     */
    public record Copies(int wanted, int guaranteed) {
        /** What a pool with one disk has, and will want when it gets another one. */
        public static final Copies USUAL = new Copies(2, 1);
    }

    /**
     * A log of the pool.
     *
     * @param epoch counts its openings; batches of an older epoch are never appended any more
     * @param segmentFloor every id below was given away
     */
    public record Shard(int id, int epoch, long segmentFloor) {}

    /** An encryption key of the pool by its number. */
    public record KeyEpoch(int epoch, int state) {}

    /** The state of the shard. */
    public Shard shard(int id) {
        for (Shard shard : shards) {
            if (shard.id() == id) {
                return shard;
            }
        }
        throw new IllegalArgumentException("no shard " + id + " in the superblock");
    }

    /** The next generation, with this state of one shard. */
    public Superblock with(Shard changed) {
        List<Shard> next = new ArrayList<>();
        for (Shard shard : shards) {
            next.add(shard.id() == changed.id() ? changed : shard);
        }
        return next().as(disk, slots, disks, next, copies);
    }

    /** The next generation, with another number of slots. */
    public Superblock withSlots(long count) {
        return next().as(disk, count, disks, shards, copies);
    }

    /** The same as another disk of the pool has it. */
    Superblock of(UUID other, long itsSlots) {
        return as(other, itsSlots, disks, shards, copies);
    }

    /** The same generation with these members. */
    Superblock members(List<Disk> members, Copies nextCopies) {
        return as(disk, slots, members, shards, nextCopies);
    }

    /** The next generation, otherwise the same. */
    Superblock next() {
        return next(endingMarks);
    }

    private Superblock as(UUID its, long count, List<Disk> members, List<Shard> logs, Copies each) {
        return new Superblock(
                pool, its, generation, segmentBytes, firstSlot, count, members, logs, keyEpochs, each, endingMarks);
    }

    /** The next generation, which says that there may be marks that end. */
    public Superblock withEndingMarks() {
        return next(true);
    }

    private Superblock next(boolean ending) {
        return new Superblock(
                pool, disk, generation + 1, segmentBytes, firstSlot, slots, disks, shards, keyEpochs, copies, ending);
    }

    /** Overwrites the first 4096 bytes of the buffer. */
    public void encode(ByteBuffer bytes) {
        Fields.zero(bytes, 0, BYTES);
        bytes.putInt(0, MAGIC).putShort(4, VERSION);
        putUuid(bytes, 32, pool);
        putUuid(bytes, 48, disk);
        bytes.putLong(64, generation)
                .putInt(72, SegmentStore.BLOCK_BYTES)
                .putInt(76, segmentBytes)
                .putLong(80, firstSlot)
                .putLong(88, slots)
                .putShort(96, (short) disks.size())
                .putShort(98, (short) shards.size())
                .putShort(100, (short) keyEpochs.size());
        bytes.putLong(24, features());
        if (disks.size() > 1) {
            bytes.put(102, (byte) copies.wanted()).put(103, (byte) copies.guaranteed());
        }
        int at = DISKS_AT;
        for (Disk member : disks) {
            putUuid(bytes, at, member.uuid());
            bytes.putInt(at + 16, member.state()).putLong(at + 24, member.lastGeneration());
            at += DISK_BYTES;
        }
        at = SHARDS_AT;
        for (Shard shard : shards) {
            bytes.putInt(at, shard.id()).putInt(at + 4, shard.epoch()).putLong(at + 8, shard.segmentFloor());
            at += SHARD_BYTES;
        }
        at = KEYS_AT;
        for (KeyEpoch key : keyEpochs) {
            bytes.putInt(at, key.epoch()).putInt(at + 4, key.state());
            at += KEY_BYTES;
        }
        bytes.putInt(CRC_AT, Fields.crc(bytes, 0, CRC_AT));
    }

    private long features() {
        return MOVED_REFERENCES | (disks.size() > 1 ? SEVERAL_DISKS : 0) | (endingMarks ? ENDING_MARKS : 0);
    }

    /**
     * Reads the first 4096 bytes; null when they are not a sound superblock.
     *
     * @throws StoreException when they are one, but of a format this version must not touch
     */
    public static @Nullable Superblock decode(ByteBuffer bytes) throws StoreException {
        if (bytes.getInt(0) != MAGIC || bytes.getInt(CRC_AT) != Fields.crc(bytes, 0, CRC_AT)) {
            return null;
        }
        int version = bytes.getShort(4) & 0xFFFF;
        if (version != VERSION) {
            throw new StoreException(
                    StoreException.Kind.VERSION,
                    "the disk has format version " + version + ", this version of Sandstone knows " + VERSION
                            + ": use the version that wrote it");
        }
        if (bytes.getLong(16) != 0 || (bytes.getLong(24) & ~KNOWN) != 0) {
            throw new StoreException(
                    StoreException.Kind.VERSION,
                    "the disk uses features this version of Sandstone does not know (read-only "
                            + Long.toHexString(bytes.getLong(16)) + ", incompatible "
                            + Long.toHexString(bytes.getLong(24)) + "): use the version that wrote it");
        }
        return decodeBody(bytes);
    }

    private static @Nullable Superblock decodeBody(ByteBuffer bytes) {
        int segmentBytes = bytes.getInt(76);
        int diskCount = bytes.getShort(96) & 0xFFFF;
        int shardCount = bytes.getShort(98) & 0xFFFF;
        int keyCount = bytes.getShort(100) & 0xFFFF;
        boolean tables = diskCount <= TABLE_LIMIT && shardCount <= TABLE_LIMIT && keyCount <= TABLE_LIMIT;
        if (!tables
                || bytes.getInt(72) != SegmentStore.BLOCK_BYTES
                || !isSegmentSize(segmentBytes)
                || bytes.getLong(64) <= 0
                || bytes.getLong(80) < 0
                || bytes.getLong(88) < 0
                || !Fields.isZero(bytes, END_AT, CRC_AT)) {
            return null;
        }
        boolean several = (bytes.getLong(24) & SEVERAL_DISKS) != 0;
        Copies copies = several ? new Copies(bytes.get(102), bytes.get(103)) : Copies.USUAL;
        if (several != (diskCount > 1) || copies.wanted() < 1 || copies.guaranteed() < 0) {
            return null;
        }
        List<Disk> disks = new ArrayList<>();
        for (int i = 0, at = DISKS_AT; i < diskCount; i++, at += DISK_BYTES) {
            disks.add(new Disk(uuid(bytes, at), bytes.getInt(at + 16), bytes.getLong(at + 24)));
        }
        List<Shard> shards = new ArrayList<>();
        for (int i = 0, at = SHARDS_AT; i < shardCount; i++, at += SHARD_BYTES) {
            shards.add(new Shard(bytes.getInt(at), bytes.getInt(at + 4), bytes.getLong(at + 8)));
        }
        List<KeyEpoch> keys = new ArrayList<>();
        for (int i = 0, at = KEYS_AT; i < keyCount; i++, at += KEY_BYTES) {
            keys.add(new KeyEpoch(bytes.getInt(at), bytes.getInt(at + 4)));
        }
        return new Superblock(
                uuid(bytes, 32),
                uuid(bytes, 48),
                bytes.getLong(64),
                segmentBytes,
                bytes.getLong(80),
                bytes.getLong(88),
                disks,
                shards,
                keys,
                copies,
                (bytes.getLong(24) & ENDING_MARKS) != 0);
    }

    /** Whether a disk may have segments of this size. */
    public static boolean isSegmentSize(int bytes) {
        return bytes >= MIN_SEGMENT_BYTES && bytes <= MAX_SEGMENT_BYTES && Integer.bitCount(bytes) == 1;
    }

    private static void putUuid(ByteBuffer bytes, int at, UUID uuid) {
        bytes.putLong(at, uuid.getMostSignificantBits()).putLong(at + 8, uuid.getLeastSignificantBits());
    }

    private static UUID uuid(ByteBuffer bytes, int at) {
        return new UUID(bytes.getLong(at), bytes.getLong(at + 8));
    }
}
