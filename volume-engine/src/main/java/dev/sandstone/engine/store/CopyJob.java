package dev.sandstone.engine.store;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a segment in the making, on a disk that has none: it becomes one at {@link #commit}. A crash before leaves
 * nothing. While it is under way the segment is not deleted.
 */
public final class CopyJob {
    private final MirrorStore mirror;
    private final MirrorTable.Copies copies;
    private final MirrorDisk disk;
    private final ReservedSlot slot;

    CopyJob(MirrorStore mirror, MirrorTable.Copies copies, MirrorDisk disk, ReservedSlot slot) {
        this.mirror = mirror;
        this.copies = copies;
        this.disk = disk;
        this.slot = slot;
        copies.hold();
    }

    /** The segment, as all its copies know it. */
    public SegmentHeader header() {
        return copies.header();
    }

    /** Whether it is in vain: the segment is going to be deleted, or the disk has failed. On the loop. */
    public boolean isInVain() {
        return copies.isWaitedFor() || !disk.isWritten();
    }

    /** Takes space from the file system. */
    public void allocate(StoreDone done) {
        slot.allocate(done);
    }

    /** Blocks; any thread. */
    public void writeNow(int offset, ByteBuffer bytes) throws StoreException {
        slot.writeNow(offset, bytes);
    }

    /** Reads from the medium what was written. Blocks; any thread. */
    public void rereadNow(int offset, ByteBuffer dst) throws StoreException {
        slot.readNow(offset, dst);
    }

    /** Makes it a copy. On the loop. */
    public void commit(StoreDone done) {
        if (isInVain()) {
            abandon(null);
            done.done(null);
            return;
        }
        slot.commit(copies.header().withReplica(freeIndex()), failure -> {
            if (failure == null) {
                copies.disks(copies.disks() | disk.bit());
            } else {
                mirror.goOnWithout(disk.bit(), failure);
            }
            copies.release();
            mirror.settle();
            done.done(failure);
        });
    }

    /** The smallest replica index that no copy has. */
    private int freeIndex() {
        int used = 0;
        for (int left = copies.disks(); left != 0; left &= left - 1) {
            SegmentHeader its = mirror.members()
                    .disk(Integer.numberOfTrailingZeros(left))
                    .store()
                    .header(copies.id());
            used |= its == null ? 0 : 1 << its.replica();
        }
        return Integer.numberOfTrailingZeros(~used);
    }

    /**
     * Gives up. On the loop.
     *
     * @param broken why its disk is not to be used any more; null when it is not to blame
     */
    public void abandon(@Nullable StoreException broken) {
        slot.abandon();
        if (broken != null && broken.kind() == StoreException.Kind.NO_SPACE) {
            mirror.full(disk.number());
        } else if (broken != null) {
            mirror.goOnWithout(disk.bit(), broken);
        }
        copies.release();
        mirror.settle();
    }
}
