package dev.sandstone.engine.store;

import java.nio.ByteBuffer;
import java.util.List;

/** Where things lie on a disk, and how a new one is made; see {@link DiskStore}. */
final class DiskLayout {
    /** Offset of the first slot. */
    static final int FIRST_SLOT = 64 << 10;

    private static final int TAIL_BYTES = 2 * Superblock.BYTES;
    private static final int LEAST_SLOTS = 4;

    private DiskLayout() {}

    /** The least that can hold superblocks. */
    static long leastBytes() {
        return FIRST_SLOT + TAIL_BYTES;
    }

    /** How many segments fit. */
    static long slots(long size, int segmentBytes) {
        long block = SegmentStore.BLOCK_BYTES;
        return Math.max(0, (size / block * block - FIRST_SLOT - TAIL_BYTES) / segmentBytes);
    }

    /** Writes the superblocks of a new disk. Blocks. */
    static void format(FileIo io, DiskStore.Format format) throws StoreException {
        long size = io.size();
        SuperblockCopies copies = new SuperblockCopies(io, SuperblockCopies.QUORUM);
        long slots = slots(size, format.segmentBytes());
        if (slots < LEAST_SLOTS) {
            throw new StoreException(
                    StoreException.Kind.TOO_SMALL,
                    "the disk has " + size + " bytes; at least "
                            + (leastBytes() + (long) LEAST_SLOTS * format.segmentBytes()) + " are needed");
        }
        if (copies.anySound(size)) {
            throw new StoreException(
                    StoreException.Kind.EXISTS, "there is a Sandstone pool on the disk already; it is left as it is");
        }
        clearHeaders(io, format.segmentBytes(), 0, slots);
        copies.write(
                new Superblock(
                        format.pool(),
                        format.disk(),
                        1,
                        format.segmentBytes(),
                        FIRST_SLOT,
                        slots,
                        format.members().stream()
                                .map(member -> new Superblock.Disk(member, 0, 1))
                                .toList(),
                        List.of(new Superblock.Shard(0, 0, 1)),
                        List.of(),
                        copies(format),
                        false),
                size);
    }

    private static Superblock.Copies copies(DiskStore.Format format) {
        int disks = format.members().size();
        return disks == 1
                ? Superblock.Copies.USUAL
                : new Superblock.Copies(format.copies(), Math.min(format.copies(), disks));
    }

    /** What a disk held before it was ours must not look like a header that was damaged. */
    static void clearHeaders(FileIo io, int segmentBytes, long from, long to) throws StoreException {
        ByteBuffer header = SuperblockCopies.aligned(SegmentStore.BLOCK_BYTES);
        for (long slot = from; slot < to; slot++) {
            long at = FIRST_SLOT + slot * segmentBytes;
            io.readNow(at, header);
            if (!Fields.isZero(header, 0, SegmentStore.BLOCK_BYTES)) {
                Fields.zero(header, 0, SegmentStore.BLOCK_BYTES);
                io.writeNow(at, header);
            }
        }
    }
}
