package dev.sandstone.engine.space;

import dev.sandstone.engine.loop.ShardLoop;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides, before a record gets its LSN, whether it may take space; so nothing that was acknowledged ever needs any.
 *
 * <p>A ticket is a number of bytes promised to a record. It is taken at admission and given back when the bytes show in
 * {@link SpaceSupply#freeBytes()}, that is once the record is in a segment, or has failed. Writes are admitted while
 * {@code free - tickets} stays above the reserve; what gives space back (cleaning, UNMAP, deletion) may use the reserve, and small
 * overwrites that hosts keep their locks by may use half of it.
 *
 * <p>Confined to the shard's loop. Unit: bytes.
 */
public final class SpaceGovernor {
    /** How long a write waits for the cleaner. */
    public static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long BLOCK_BYTES = 4096;
    private static final long BLOCK_DESCRIPTOR_BYTES = 8;
    private static final long RECORD_DESCRIPTOR_BYTES = 64;

    private final ShardLoop loop;
    private final SpaceSupply supply;
    private final long metadataReserveBytes;
    private final ArrayDeque<Wait> waits = new ArrayDeque<>();
    private long tickets;

    /**
     * @param metadataReserveBytes below this room of the metadata's file system no write is admitted
     */
    public SpaceGovernor(ShardLoop loop, SpaceSupply supply, long metadataReserveBytes) {
        this.loop = loop;
        this.supply = supply;
        this.metadataReserveBytes = metadataReserveBytes;
    }

    /**
     * The most a record can take of the log: its payload, a batch header of its own with padding, its descriptor there
     * and once more in the segment's footer.
     */
    public static long cost(long payloadBytes) {
        long blocks = (payloadBytes + BLOCK_BYTES - 1) / BLOCK_BYTES;
        return (blocks + 1) * BLOCK_BYTES + blocks * BLOCK_DESCRIPTOR_BYTES + RECORD_DESCRIPTOR_BYTES;
    }

    /** Takes a ticket for a write if there is room now and nobody waits for room. */
    public boolean tryTake(long bytes) {
        if (!waits.isEmpty() || !fits(bytes, false)) {
            return false;
        }
        tickets += bytes;
        return true;
    }

    /**
     * Takes a ticket as soon as there is room, in the order of asking.
     *
     * @param waiter told later, on the loop, or before this returns
     */
    public void take(long bytes, Waiter waiter) {
        if (tryTake(bytes)) {
            waiter.admitted(Admission.GRANTED);
        } else if (hopeless(bytes, false)) {
            waiter.admitted(Admission.EXHAUSTED);
        } else {
            waits.addLast(waiting(bytes, false, waiter));
        }
    }

    /** Takes a ticket as {@link #take} does, but before all that wait: for small records of which there are few. */
    public void takeFirst(long bytes, Waiter waiter) {
        takeFirst(bytes, false, waiter);
    }

    private void takeFirst(long bytes, boolean displacing, Waiter waiter) {
        if (fits(bytes, displacing)) {
            tickets += bytes;
            waiter.admitted(Admission.GRANTED);
        } else if (hopeless(bytes, displacing)) {
            waiter.admitted(Admission.EXHAUSTED);
        } else {
            waits.addFirst(waiting(bytes, displacing, waiter));
        }
    }

    private Wait waiting(long bytes, boolean displacing, Waiter waiter) {
        Wait wait = new Wait(bytes, displacing, waiter);
        wait.timer = loop.schedule(() -> expire(wait), WAIT_NANOS);
        return wait;
    }

    /**
     * Takes a ticket from the reserve, for a record that gives space back.
     *
     * @return false only when not even the reserve has room
     */
    public boolean takeReserved(long bytes) {
        if (supply.lastBytes() - tickets < bytes) {
            return false;
        }
        tickets += bytes;
        return true;
    }

    /**
     * Takes a ticket for a record that takes the place of as much data. It may use half of the reserve: the other half stays for
     * what surely gives space back, where a snapshot keeps what was displaced.
     *
     * @return false when that has no room
     */
    public boolean takeDisplacing(long bytes) {
        if (!fits(bytes, true)) {
            return false;
        }
        tickets += bytes;
        return true;
    }

    /** The same as soon as there is room, before all that wait: what it displaces is room again when it has been cleaned. */
    public void takeDisplacingFirst(long bytes, Waiter waiter) {
        takeFirst(bytes, true, waiter);
    }

    /** Gives a ticket back. */
    public void giveBack(long bytes) {
        if (bytes > tickets) {
            throw new IllegalStateException(bytes + " bytes of tickets given back of " + tickets);
        }
        tickets -= bytes;
        supplied();
    }

    /** The supply has changed: serves who waits. */
    public void supplied() {
        Wait first = waits.peek();
        while (first != null) {
            if (fits(first.bytes, first.displacing)) {
                tickets += first.bytes;
                end(first, Admission.GRANTED);
            } else if (hopeless(first.bytes, first.displacing)) {
                end(first, Admission.EXHAUSTED);
            } else {
                return;
            }
            first = waits.peek();
        }
    }

    /** Whether a write waits for room: the cleaner should hurry. */
    public boolean wanting() {
        return !waits.isEmpty();
    }

    /** Bytes promised and not yet taken. */
    public long tickets() {
        return tickets;
    }

    /** What is kept of the pool as it is now: writes are not admitted below it. */
    public long reserveBytes() {
        return supply.reserveBytes();
    }

    private boolean fits(long bytes, boolean displacing) {
        return free(displacing) - tickets - bytes >= kept(displacing) && metadataFits();
    }

    private long free(boolean displacing) {
        return displacing ? supply.displacingBytes() : supply.freeBytes();
    }

    /** Of the reserve, what a ticket must leave. */
    private long kept(boolean displacing) {
        return displacing ? supply.reserveBytes() / 2 : supply.reserveBytes();
    }

    /** Whether the metadata's file system has more room than is kept for what gives space back. */
    public boolean metadataFits() {
        return supply.metadataRoomBytes() >= metadataReserveBytes;
    }

    /** Tickets do not count: what they do not use in the end comes back. */
    private boolean hopeless(long bytes, boolean displacing) {
        return supply.metadataRoomBytes() < metadataReserveBytes
                || free(displacing) + supply.reclaimableBytes() - bytes < kept(displacing);
    }

    private void expire(Wait wait) {
        if (waits.contains(wait)) {
            waits.remove(wait);
            wait.waiter.admitted(Admission.BUSY);
            supplied();
        }
    }

    private void end(Wait wait, Admission how) {
        waits.remove(wait);
        if (wait.timer != null) {
            wait.timer.cancel();
        }
        wait.waiter.admitted(how);
    }

    /** How asking for space ended. */
    public enum Admission {
        /** The ticket is taken. */
        GRANTED,
        /** Cleaning could help but did not in time: may be tried again. */
        BUSY,
        /** There is no room and cleaning can make none. */
        EXHAUSTED
    }

    /** Told on the loop how asking for space ended. */
    @FunctionalInterface
    public interface Waiter {
        void admitted(Admission how);
    }

    private static final class Wait {
        final long bytes;
        final boolean displacing;
        final Waiter waiter;
        ShardLoop.@Nullable Timer timer;

        Wait(long bytes, boolean displacing, Waiter waiter) {
            this.bytes = bytes;
            this.displacing = displacing;
            this.waiter = waiter;
        }
    }
}
