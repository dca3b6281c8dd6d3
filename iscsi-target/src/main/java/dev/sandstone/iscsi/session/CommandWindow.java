package dev.sandstone.iscsi.session;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Command numbering of a session as the target keeps it (RFC 7143 4.2.2.1): ExpCmdSN, MaxCmdSN, and the commands that
 * came ahead of their turn.
 *
 * <p>Invariants, serial number arithmetic modulo 2^32:
 *
 * <ul>
 *   <li>ExpCmdSN - 1 &lt;= MaxCmdSN &lt; ExpCmdSN + {@link #LIMIT}; neither ever goes back.
 *   <li>a CmdSN is executed once, in order, without gaps; everything outside [ExpCmdSN, MaxCmdSN] is ignored.
 *   <li>held slots lie in (ExpCmdSN, MaxCmdSN].
 * </ul>
 *
 * <p>The window starts at {@link #START} and doubles whenever half of it is in use, up to {@link #LIMIT}: an initiator
 * that queues deeply gets a deep queue, one that does not cannot flood. A command takes its place from its arrival until
 * {@link #ended}. Not thread-safe: touched on the session's loop only.
 *
 * @param <T> a command that can be held
 */
final class CommandWindow<T> {
    static final int START = 64;
    static final int LIMIT = 1024;

    /** What to do with a non-immediate command. */
    enum Arrival {
        /** It is ExpCmdSN: execute it now, then {@link #advance}. */
        NEXT,
        /** It is ahead of its turn: {@link #hold} it. */
        EARLY,
        /** Outside the window or a duplicate: drop it silently. */
        IGNORED
    }

    private int expCmdSn;
    private int maxCmdSn;
    private int size = START;
    private int open;
    private int heldCount;
    private @Nullable Object @Nullable [] held;

    CommandWindow(int firstCmdSn) {
        expCmdSn = firstCmdSn;
        maxCmdSn = firstCmdSn + START - 1;
    }

    int expCmdSn() {
        return expCmdSn;
    }

    int maxCmdSn() {
        return maxCmdSn;
    }

    /** Commands that arrived in turn and have not ended. */
    int open() {
        return open;
    }

    int held() {
        return heldCount;
    }

    boolean contains(int cmdSn) {
        return cmdSn - expCmdSn >= 0 && maxCmdSn - cmdSn >= 0;
    }

    Arrival arrive(int cmdSn) {
        if (cmdSn == expCmdSn && maxCmdSn - cmdSn >= 0) {
            return Arrival.NEXT;
        }
        if (!contains(cmdSn) || heldAt(cmdSn) != null) {
            return Arrival.IGNORED;
        }
        return Arrival.EARLY;
    }

    /** Keeps a command for which {@link #arrive} said EARLY. */
    void hold(int cmdSn, T command) {
        @Nullable Object[] slots = held;
        if (slots == null) {
            slots = new @Nullable Object[LIMIT];
            held = slots;
        }
        slots[cmdSn & (LIMIT - 1)] = command;
        heldCount++;
    }

    /** The held command with that number, or null. */
    // Unchecked: only hold() puts elements in, each a T.
    @SuppressWarnings("unchecked")
    @Nullable
    T heldAt(int cmdSn) {
        @Nullable Object[] slots = held;
        return slots == null || !contains(cmdSn) ? null : (T) slots[cmdSn & (LIMIT - 1)];
    }

    /** Puts another command in the place of a held one. */
    void replace(int cmdSn, T command) {
        @Nullable Object[] slots = held;
        if (slots == null || heldAt(cmdSn) == null) {
            throw new IllegalStateException("no command is held at CmdSN " + Integer.toUnsignedString(cmdSn));
        }
        slots[cmdSn & (LIMIT - 1)] = command;
    }

    /**
     * Counts the command ExpCmdSN as taken. The caller ends it with {@link #ended}.
     *
     * @return the held command that is ExpCmdSN now and must be executed next, or null
     */
    @Nullable
    T advance() {
        expCmdSn++;
        open++;
        if (open * 2 > size && size < LIMIT) {
            size *= 2;
        }
        widen();
        if (heldCount == 0) {
            return null;
        }
        T next = heldAt(expCmdSn);
        @Nullable Object[] slots = held;
        if (next != null && slots != null) {
            slots[expCmdSn & (LIMIT - 1)] = null;
            heldCount--;
        }
        return next;
    }

    /** A command that was taken has ended; call before the PDU that ends it is numbered, so that it carries the room. */
    void ended() {
        if (open == 0) {
            throw new IllegalStateException("more commands ended than were taken");
        }
        open--;
        widen();
    }

    /** Takes out the held commands that the predicate names: the connection they came over is gone. */
    List<T> takeHeld(Predicate<T> which) {
        List<T> taken = new ArrayList<>();
        int left = heldCount;
        for (int cmdSn = expCmdSn; left > 0 && contains(cmdSn); cmdSn++) {
            T command = heldAt(cmdSn);
            @Nullable Object[] slots = held;
            if (command != null && slots != null) {
                left--;
                if (which.test(command)) {
                    taken.add(command);
                    slots[cmdSn & (LIMIT - 1)] = null;
                    heldCount--;
                }
            }
        }
        return taken;
    }

    private void widen() {
        int wanted = expCmdSn - 1 + size - open;
        if (wanted - maxCmdSn > 0) {
            maxCmdSn = wanted;
        }
    }
}
