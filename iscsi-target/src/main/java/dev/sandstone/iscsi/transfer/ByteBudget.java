package dev.sandstone.iscsi.transfer;

import java.util.ArrayDeque;

/**
 * Bytes that a session's unfinished commands hold. Not thread-safe: touched on the session's loop only.
 *
 * <p>Below the soft limit buffers are given freely. Above it a command waits, first come first served, before it asks for
 * its data. Above the hard limit a command that brings data is refused. So memory stays bounded, and progress is certain:
 * when every holder waits, the first of them is let through.
 */
public final class ByteBudget {

    /** A holder that may have to wait. */
    interface Waiter {
        /** Bytes it holds now. */
        long held();

        /** Tries again to take what it waits for; false: it must wait on. */
        boolean retry();
    }

    private final long soft;
    private final long hard;
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>(0);
    private long used;
    private int holders;
    private int waitingHolders;
    private boolean waking;

    public ByteBudget(long softBytes, long hardBytes) {
        if (softBytes <= 0 || hardBytes < softBytes) {
            throw new IllegalArgumentException("budget needs 0 < soft <= hard, got " + softBytes + " and " + hardBytes);
        }
        soft = softBytes;
        hard = hardBytes;
    }

    /** Takes the bytes unless that passes the hard limit. */
    boolean takeHard(long held, long bytes) {
        if (used + bytes > hard) {
            return false;
        }
        force(held, bytes);
        return true;
    }

    /** Takes the bytes when they fit below the soft limit, or when nobody else could ever make room; else wait. */
    boolean takeSoft(Waiter taker, long bytes) {
        // While waking, only the first in line tries; it is counted among those that wait.
        boolean mayTake = waking || waiters.isEmpty();
        int others = holders - waitingHolders - (!waking && taker.held() > 0 ? 1 : 0);
        if (!mayTake || (used + bytes > soft && others > 0)) {
            return false;
        }
        force(taker.held(), bytes);
        return true;
    }

    /** Lines up for {@link Waiter#retry}. */
    void await(Waiter waiter) {
        waiters.addLast(waiter);
        if (waiter.held() > 0) {
            waitingHolders++;
        }
        wake();
    }

    /** Counts bytes that cannot be refused, such as a Data-In buffer the device will ask for. */
    void force(long held, long bytes) {
        used += bytes;
        if (held == 0 && bytes > 0) {
            holders++;
        }
    }

    /** Gives all back that this holder holds, and its place in the line. */
    void giveBack(Waiter holder) {
        long held = holder.held();
        if (waiters.remove(holder) && held > 0) {
            waitingHolders--;
        }
        if (held == 0) {
            return;
        }
        if (held > used) {
            throw new IllegalStateException("gave back " + held + " of " + used + " bytes");
        }
        used -= held;
        holders--;
    }

    /** Takes back what {@link #takeHard} gave for a command that was never made. */
    void refund(long bytes) {
        used -= bytes;
        holders--;
    }

    /** Lets those through that fit now. */
    void wake() {
        if (waking) {
            return;
        }
        waking = true;
        try {
            Waiter first = waiters.peekFirst();
            while (first != null) {
                boolean held = first.held() > 0;
                if (!first.retry()) {
                    return;
                }
                waiters.removeFirst();
                if (held) {
                    waitingHolders--;
                }
                first = waiters.peekFirst();
            }
        } finally {
            waking = false;
        }
    }

    public long used() {
        return used;
    }

    /** Commands that wait for room. */
    public int waiting() {
        return waiters.size();
    }

    /** Whether new commands should wait in the socket. */
    public boolean exhausted() {
        return used >= soft;
    }
}
