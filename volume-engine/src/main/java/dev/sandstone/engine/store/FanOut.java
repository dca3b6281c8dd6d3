package dev.sandstone.engine.store;

import org.jspecify.annotations.Nullable;

/**
 * One operation on several disks: ends when all have ended, and knows on which it succeeded. Used again.
 *
 * <p>Confined to the loop.
 */
final class FanOut {
    private final Ended ended;
    private final @Nullable Leg[] legs = new Leg[Superblock.MOST_DISKS];
    private int awaited;
    private int succeeded;
    private int failed;
    private boolean over;
    private @Nullable StoreException why;
    private @Nullable StoreDone told;

    /** Told when all have ended. */
    @FunctionalInterface
    interface Ended {
        void ended(FanOut operation);
    }

    FanOut(Ended ended) {
        this.ended = ended;
    }

    private final class Leg implements StoreDone {
        private final int disk;

        Leg(int disk) {
            this.disk = disk;
        }

        @Override
        public void done(@Nullable StoreException failure) {
            if (failure == null) {
                succeeded |= 1 << disk;
            } else {
                failed |= 1 << disk;
                why = failure;
            }
            awaited--;
            if (!over && isOver()) {
                over = true;
                ended.ended(FanOut.this);
            }
        }
    }

    private boolean isOver() {
        return awaited == 0;
    }

    /** Whether no disk will call back any more: it may be used again. */
    boolean isIdle() {
        return awaited == 0;
    }

    /** @param caller kept for {@link #caller} */
    void begin(int disks, StoreDone caller) {
        awaited = Integer.bitCount(disks);
        succeeded = 0;
        failed = 0;
        over = false;
        why = null;
        told = caller;
    }

    /** The call back for that disk. */
    StoreDone leg(int disk) {
        Leg leg = legs[disk];
        if (leg == null) {
            leg = new Leg(disk);
            legs[disk] = leg;
        }
        return leg;
    }

    int succeeded() {
        return succeeded;
    }

    int failed() {
        return failed;
    }

    /** Why the last one failed that did. */
    StoreException why() {
        StoreException failure = why;
        if (failure == null) {
            throw new IllegalStateException("none has failed");
        }
        return failure;
    }

    StoreDone caller() {
        StoreDone caller = told;
        if (caller == null) {
            throw new IllegalStateException("nothing is under way");
        }
        return caller;
    }
}
