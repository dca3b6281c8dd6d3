package dev.sandstone.engine.store;

import java.nio.ByteBuffer;

/**
 * A free slot that a copy of a segment is being written into. It becomes one when its header is written, last of all; a
 * crash before leaves a free slot.
 */
final class ReservedSlot {
    private final DiskStore disk;
    private final int slot;

    /** @param slot taken from the free ones */
    ReservedSlot(DiskStore disk, int slot) {
        this.disk = disk;
        this.slot = slot;
    }

    /** Takes space from the file system. */
    void allocate(StoreDone done) {
        disk.io().allocate(disk.offset(slot), disk.segmentBytes(), done);
    }

    /** Blocks; any thread. */
    void writeNow(int offset, ByteBuffer bytes) throws StoreException {
        disk.io().writeNow(disk.offset(slot) + offset, bytes);
    }

    /** Reads from the medium. Blocks; any thread. */
    void readNow(int offset, ByteBuffer dst) throws StoreException {
        long at = disk.offset(slot) + offset;
        disk.io().forget(at, dst.remaining());
        disk.io().readNow(at, dst);
    }

    /** Makes a segment of it; nothing can be appended to that. On the loop. */
    void commit(SegmentHeader header, StoreDone done) {
        disk.writeHeader(slot, header, true, done);
    }

    /** Gives it back. On the loop. */
    void abandon() {
        disk.release(slot);
    }
}
