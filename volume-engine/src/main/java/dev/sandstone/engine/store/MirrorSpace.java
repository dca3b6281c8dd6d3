package dev.sandstone.engine.store;

import dev.sandstone.engine.loop.ShardLoop;
import java.util.concurrent.TimeUnit;

/**
 * How many more segments a mirror can take, and which disk is next.
 *
 * <p>Confined to the loop.
 */
final class MirrorSpace {
    /** How long a disk is left alone whose file system had no space. */
    private static final long FULL_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final ShardLoop loop;
    private final MirrorMembers members;
    private long free;

    MirrorSpace(ShardLoop loop, MirrorMembers members) {
        this.loop = loop;
        this.members = members;
    }

    /** So many segments fit, as of the last {@link #recount}. */
    long free() {
        return free;
    }

    /** Counts anew. */
    void recount() {
        free = fitting();
    }

    /**
     * The most segments that can be put on {@code target} distinct disks each, as of now. Always putting the next one on the
     * disks with most room reaches it.
     */
    long fitting() {
        int target = target();
        long low = 0;
        long high = even();
        while (low < high) {
            long middle = (low + high + 1) >>> 1;
            if (taken(middle) >= target * middle) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private int target() {
        return Math.max(1, members.target());
    }

    /** So many would fit if free slots were on the right disks; also the most that a disk can have of them in that case. */
    long even() {
        return taken(Long.MAX_VALUE) / target();
    }

    /** Whether a disk has free slots that no segment can take, because there are too few on the others. */
    boolean isUneven() {
        return fitting() < even();
    }

    /** Free slots of disks that have more than {@link #even}: so many copies would have to move there. */
    long excess() {
        return taken(Long.MAX_VALUE) - taken(even());
    }

    /** Free slots, at most so many of each disk. */
    private long taken(long most) {
        long now = loop.nanoTime();
        long sum = 0;
        for (MirrorDisk disk : members.all()) {
            sum += Math.min(room(disk, now), most);
        }
        return sum;
    }

    /** Free slots of each disk, by its number; 0 for one that takes nothing. */
    long[] rooms() {
        long now = loop.nanoTime();
        long[] rooms = new long[Superblock.MOST_DISKS];
        members.all().forEach(disk -> rooms[disk.number()] = room(disk, now));
        return rooms;
    }

    private static long room(MirrorDisk disk, long now) {
        boolean takes = disk.state() == MirrorDisk.State.ACTIVE && !disk.isFull(now);
        return takes ? disk.store().freeSlots() : 0;
    }

    /** The disk with most free slots, none of {@code except}; -1 when there is none. */
    int roomiest(int except) {
        long now = loop.nanoTime();
        long most = 0;
        int best = -1;
        for (MirrorDisk disk : members.all()) {
            long room = (except & disk.bit()) != 0 ? 0 : room(disk, now);
            if (room > most) {
                most = room;
                best = disk.number();
            }
        }
        return best;
    }

    /** Its file system had no space: it is left alone for a while. */
    void full(int number) {
        members.disk(number).full(loop.nanoTime() + FULL_NANOS);
    }
}
