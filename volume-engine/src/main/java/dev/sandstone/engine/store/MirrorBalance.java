package dev.sandstone.engine.store;

import dev.sandstone.engine.loop.ShardLoop;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds partners for free slots. A segment takes slots of several disks, so the free slots of a disk that has more of them
 * than all others together, one that was just added, hold nothing. Each copy that moves there from a full disk frees a slot
 * that is a partner.
 *
 * <p>A copy moves by being made anew, whole and durable, before the old one is dropped: a segment never has fewer copies than
 * wanted. A crash in between leaves one copy too many, which is as good as the others; it is dropped when the pool is open
 * again. Each move brings the pool nearer to the most that fits, so moving ends.
 *
 * <p>Confined to the loop.
 */
public final class MirrorBalance {
    private final MirrorMembers members;
    private final MirrorTable table;
    private final MirrorSpace space;
    private final MirrorAdmin admin;
    private final ShardLoop loop;

    MirrorBalance(MirrorStore mirror, MirrorSpace space, MirrorAdmin admin, ShardLoop loop) {
        this.loop = loop;
        this.space = space;
        this.admin = admin;
        members = mirror.members();
        table = mirror.table();
    }

    /** The complete segment of which a copy is to move; 0 when that would gain nothing. */
    public long next(LongPredicate complete) {
        if (members.nameless() != 0 || spare() <= 0 || !space.isUneven()) {
            return 0;
        }
        Fullest best = new Fullest(space.rooms(), space.even());
        int active = members.active();
        int target = members.target();
        table.forEach(copies -> {
            boolean whole = copies.sure() == copies.disks() && (copies.disks() & ~active) == 0;
            if (whole && Integer.bitCount(copies.disks()) == target && isFree(copies) && complete.test(copies.id())) {
                best.offer(copies);
            }
        });
        return best.segment;
    }

    /** So many copies move at most before that gains nothing any more. */
    public long most() {
        return space.excess();
    }

    /** Disks in use beyond those that a segment takes. */
    private int spare() {
        return Integer.bitCount(members.active()) - members.target();
    }

    private static boolean isFree(MirrorTable.Copies copies) {
        return !copies.isWaitedFor() && !copies.isHeld();
    }

    /** The one with a copy on the fullest disk, and none on one that has room to give; among those the oldest. */
    private static final class Fullest {
        private final long[] rooms;
        private final long even;
        private long segment;
        private long least;

        Fullest(long[] rooms, long even) {
            this.rooms = rooms;
            this.even = even;
            least = even;
        }

        void offer(MirrorTable.Copies copies) {
            long from = Long.MAX_VALUE;
            long to = 0;
            for (int number = 0; number < rooms.length; number++) {
                if ((copies.disks() >>> number & 1) != 0) {
                    from = Math.min(from, rooms[number]);
                } else {
                    to = Math.max(to, rooms[number]);
                }
            }
            boolean better = from < least || (from == least && segment != 0 && copies.id() < segment);
            if (to > even && better) {
                segment = copies.id();
                least = from;
            }
        }
    }

    /** Begins the copy that is to be there instead of another one; null when there is no room to give any more. */
    public @Nullable CopyJob begin(long segment) {
        // It takes a slot that is no room for a segment, hence none from anybody.
        return admin.begin(segment, space.fitting());
    }

    /** The complete segment that has a copy too many; 0 when none has. */
    public long surplus(LongPredicate complete) {
        long[] found = {0};
        if (spare() > 0) {
            table.forEach(copies -> {
                if (found[0] == 0 && isTooMany(copies) && isFree(copies) && complete.test(copies.id())) {
                    found[0] = copies.id();
                }
            });
        }
        return found[0];
    }

    /** Whether one may go, one in doubt if there is such a one, and all that are wanted are left. */
    private boolean isTooMany(MirrorTable.Copies copies) {
        int there = copies.disks() & certain();
        int sure = copies.sure() & there;
        int left = Integer.bitCount(sure) - (sure == there ? 1 : 0);
        return left > 0 && isEnough(left);
    }

    private boolean isEnough(int copies) {
        return copies >= members.target();
    }

    private int certain() {
        return members.active() & ~members.nameless();
    }

    /**
     * Drops one, where there is least room; one in doubt first.
     *
     * @param done told when it is gone and its slot is free, or when nothing is too many any more
     */
    public void drop(long segment, StoreDone done) {
        MirrorTable.Copies copies = table.find(segment);
        if (copies == null || !isFree(copies) || !isTooMany(copies)) {
            loop.execute(() -> done.done(null));
            return;
        }
        int there = copies.disks() & certain();
        int doubted = copies.doubted() & there;
        admin.drop(copies, tightest(doubted != 0 ? doubted : there), done);
    }

    private int tightest(int disks) {
        long[] rooms = space.rooms();
        int best = Integer.numberOfTrailingZeros(disks);
        for (int left = disks; left != 0; left &= left - 1) {
            int number = Integer.numberOfTrailingZeros(left);
            best = rooms[number] < rooms[best] ? number : best;
        }
        return 1 << best;
    }
}
