package dev.sandstone.engine.volume;

import org.jspecify.annotations.Nullable;

/**
 * Who may touch which 4 KiB blocks of one volume, first come first served.
 *
 * <p>Exclusive requests are taken by operations that read before they write (COMPARE AND WRITE, writes of parts of a
 * block) from before their read until their record has its LSN. All other changes are shared requests: they exclude
 * only exclusive ones, and need to be in the queue only while they wait, because between the grant and the LSN nothing
 * else runs.
 *
 * <p>A request is granted when no earlier one in the queue conflicts with it, granted or not: nobody is overtaken by a
 * conflicting request, so nobody starves; an operation asks for one range once, so no circle can form.
 *
 * <p>Confined to the volume's loop. The queue is made of the requests themselves; nothing is allocated.
 */
final class RangeLocks {

    /** One request: part of the operation that makes it, reused with it. */
    abstract static class Request {
        private long first;
        private long last;
        private boolean exclusive;
        private boolean granted;
        private boolean queued;
        private @Nullable Request previous;
        private @Nullable Request next;

        /** Called once when the range is this request's; may be called from within {@link RangeLocks#acquire}. */
        abstract void granted();

        private boolean conflictsWith(Request other) {
            return (exclusive || other.exclusive) && first <= other.last && other.first <= last;
        }
    }

    private @Nullable Request head;
    private @Nullable Request tail;
    private boolean draining;
    private boolean changed;

    /** Whether nobody holds or awaits anything: then a shared request need not be made at all. */
    boolean idle() {
        return head == null;
    }

    /**
     * Whether somebody holds a part of the range to change it and keeps it until that is durable: whoever reads before it
     * writes gives its range up with the LSN, and changes nothing before.
     */
    boolean isChanging(long first, long last) {
        for (Request request = head; request != null; request = request.next) {
            if (request.granted && !request.exclusive && request.first <= last && first <= request.last) {
                return true;
            }
        }
        return false;
    }

    /**
     * Asks for a range; every request is to be released after its grant.
     *
     * @param first first 4 KiB block
     * @param last last 4 KiB block, inclusive
     */
    void acquire(Request request, long first, long last, boolean exclusive) {
        assert !request.queued : "request is in use";
        request.first = first;
        request.last = last;
        request.exclusive = exclusive;
        append(request);
        if (!blocked(request)) {
            grant(request);
        }
    }

    /** Gives the range up and grants what waited for it, in order of arrival. */
    void release(Request request) {
        assert request.queued && request.granted : "request does not hold its range";
        remove(request);
        changed = true;
        if (!draining) {
            draining = true;
            drain();
            draining = false;
        }
    }

    /** A grant may run an operation to its end, and so release or acquire again: the walk then starts afresh. */
    private void drain() {
        while (changed) {
            changed = false;
            for (Request waiting = head; waiting != null && !changed; waiting = waiting.next) {
                if (!waiting.granted && !blocked(waiting)) {
                    changed = true;
                    grant(waiting);
                }
            }
        }
    }

    private boolean blocked(Request request) {
        for (Request earlier = request.previous; earlier != null; earlier = earlier.previous) {
            if (earlier.conflictsWith(request)) {
                return true;
            }
        }
        return false;
    }

    private static void grant(Request request) {
        request.granted = true;
        request.granted();
    }

    private void append(Request request) {
        request.queued = true;
        request.granted = false;
        request.previous = tail;
        request.next = null;
        if (tail == null) {
            head = request;
        } else {
            tail.next = request;
        }
        tail = request;
    }

    private void remove(Request request) {
        Request before = request.previous;
        Request after = request.next;
        if (before == null) {
            head = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            tail = before;
        } else {
            after.previous = before;
        }
        request.previous = null;
        request.next = null;
        request.queued = false;
        request.granted = false;
    }
}
