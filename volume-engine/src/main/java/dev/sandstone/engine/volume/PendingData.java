package dev.sandstone.engine.volume;

import org.jspecify.annotations.Nullable;

/**
 * What of one volume has an LSN and is not yet in the map, and what of that shows to reads.
 *
 * <p>What a write-back volume has acknowledged shows until it is in the map, also when the volume has become durable meanwhile
 * and newer data of the same block, which does not show yet, is on its way: so it is kept apart from then on. Confined to the
 * volume's loop.
 */
final class PendingData {
    private final PendingBlocks newest = new PendingBlocks();
    /** Acknowledged early by a volume that is durable now. */
    private final PendingBlocks early = new PendingBlocks();

    private boolean writeBack;

    PendingData(boolean writeBack) {
        this.writeBack = writeBack;
    }

    /** The record of that LSN wrote the blocks. */
    void add(long lsn, long first, int count) {
        newest.add(lsn, first, count);
    }

    /** The record of that LSN is in the map now. Records settle in the order of their LSNs. */
    void settle(long lsn, long first, int count) {
        newest.settle(lsn, first, count);
        if (!early.isEmpty()) {
            early.settle(lsn, first, count);
        }
    }

    /** From now on. */
    void becomes(WritePolicy policy) {
        boolean toWriteBack = policy == WritePolicy.WRITE_BACK;
        if (writeBack && !toWriteBack) {
            newest.moveTo(early);
        }
        writeBack = toWriteBack;
    }

    /** Whether anything may show. */
    boolean anyVisible(boolean seesAdmitted) {
        return !early.isEmpty() || (!newest.isEmpty() && (seesAdmitted || writeBack));
    }

    /** Where the block's version is found that shows; null where none does. */
    @Nullable
    PendingBlocks visible(long block, boolean seesAdmitted) {
        if ((seesAdmitted || writeBack) && newest.find(block) != PendingBlocks.ABSENT) {
            return newest;
        }
        return early.find(block) != PendingBlocks.ABSENT ? early : null;
    }
}
