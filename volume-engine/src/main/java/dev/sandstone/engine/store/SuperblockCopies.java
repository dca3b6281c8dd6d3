package dev.sandstone.engine.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The four copies of a superblock, two at the head of the disk and two at its tail.
 *
 * <p>They are written one after the other, each durable before the next, and read by quorum: the newest generation that
 * two sound, equal copies have. So at any moment of an update one of the two generations has its two copies. Blocking.
 */
final class SuperblockCopies {
    /** So many equal copies make a superblock. */
    static final int QUORUM = 2;

    private static final Logger LOG = LoggerFactory.getLogger(SuperblockCopies.class);
    private static final int COPIES = 4;

    private final FileIo io;
    private final int quorum;
    private final ByteBuffer block = aligned(Superblock.BYTES);
    /** The file was cut short, whatever its size is now. */
    private boolean cut;

    SuperblockCopies(FileIo io, int quorum) {
        this.io = io;
        this.quorum = quorum;
    }

    /** A direct buffer whose memory begins at a block boundary. */
    static ByteBuffer aligned(int bytes) {
        int block = SegmentStore.BLOCK_BYTES;
        return ByteBuffer.allocateDirect(Fields.roundUp(bytes, block) + block)
                .alignedSlice(block)
                .limit(bytes);
    }

    /** Where a copy lies on a disk of this size. */
    static long offset(int copy, long size) {
        long blocks = size / Superblock.BYTES;
        return copy < 2 ? (long) copy * Superblock.BYTES : (blocks - COPIES + copy) * Superblock.BYTES;
    }

    /** Whether any copy is sound: then a disk must not be formatted. */
    boolean anySound(long size) throws StoreException {
        return !sound(size).stream().allMatch(copy -> copy == null);
    }

    /**
     * The superblock in force. Copies that differ from it are repaired.
     *
     * @throws StoreException ABSENT when there is none at all, DAMAGED when no generation has its two copies
     */
    Superblock read(long size) throws StoreException {
        List<@Nullable Superblock> copies = sound(size);
        Superblock chosen = null;
        for (Superblock copy : copies) {
            if (copy != null && count(copies, copy) >= quorum) {
                chosen = chosen == null || copy.generation() > chosen.generation() ? copy : chosen;
            }
        }
        if (chosen == null) {
            boolean none = copies.stream().allMatch(copy -> copy == null);
            throw none
                    ? new StoreException(StoreException.Kind.ABSENT, "there is no Sandstone pool here")
                    : new StoreException(
                            StoreException.Kind.DAMAGED,
                            "fewer than two of the superblock's four copies agree: the disk is damaged, or was"
                                    + " overwritten in part; restore it from a copy of the whole disk");
        }
        return chosen;
    }

    /** Writes the copies that differ. */
    void repair(Superblock chosen, long size) throws StoreException {
        List<@Nullable Superblock> copies = sound(size);
        for (int i = 0; i < COPIES; i++) {
            if (!chosen.equals(copies.get(i))) {
                LOG.warn("copy {} of the superblock is damaged or old: repaired from the others", i);
                writeCopy(chosen, i, size);
            }
        }
    }

    /** Replaces all copies. */
    void write(Superblock next, long size) throws StoreException {
        // The copies at the tail give it its size back, and nobody would see what it has lost.
        cut |= io.size() < size;
        for (int i = 0; i < COPIES; i++) {
            writeCopy(next, i, size);
        }
    }

    /** @param now its size, so far as that is known; {@code size} is what it should be */
    boolean mayBeShort(long now, long size) {
        return cut || now < size;
    }

    /** Gives a file that was cut short its size back, and its superblock; false when it was not. */
    boolean restoreSize(Superblock superblock, long size) throws StoreException {
        if (!mayBeShort(io.size(), size)) {
            return false;
        }
        if (io.size() < size) {
            io.growNow(size);
        }
        repair(superblock, size);
        cut = false;
        return true;
    }

    /** Leaves no copy. */
    void wipe(long size) throws StoreException {
        Fields.zero(block.clear(), 0, Superblock.BYTES);
        for (int i = 0; i < COPIES; i++) {
            io.writeNow(offset(i, size), block.limit(Superblock.BYTES));
        }
    }

    private void writeCopy(Superblock superblock, int copy, long size) throws StoreException {
        superblock.encode(block.clear().limit(Superblock.BYTES));
        io.writeNow(offset(copy, size), block);
    }

    private List<@Nullable Superblock> sound(long size) throws StoreException {
        List<@Nullable Superblock> copies = new ArrayList<>();
        for (int i = 0; i < COPIES; i++) {
            copies.add(readCopy(offset(i, size)));
        }
        return copies;
    }

    private @Nullable Superblock readCopy(long offset) throws StoreException {
        block.clear().limit(Superblock.BYTES);
        try {
            io.readNow(offset, block);
        } catch (StoreException unreadable) {
            LOG.warn("a copy of the superblock cannot be read: {}", unreadable.getMessage());
            return null;
        }
        return Superblock.decode(block);
    }

    private static int count(List<@Nullable Superblock> copies, Superblock wanted) {
        int count = 0;
        for (Superblock copy : copies) {
            count += wanted.equals(copy) ? 1 : 0;
        }
        return count;
    }
}
