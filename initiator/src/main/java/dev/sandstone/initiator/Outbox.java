package dev.sandstone.initiator;

import dev.sandstone.iscsi.pdu.SerialNumber;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What is to be sent, in two lines: urgent items (Data-Out, answers to pings, immediate requests) and commands, which wait
 * for the command window (RFC 7143 4.2.2.1).
 *
 * <p>Invariant: a CmdSN is given out in the order in which the writer takes the commands, so the wire sees no gap.
 */
final class Outbox {

    /** Something the writer thread sends. */
    interface Item {
        void send() throws IOException;
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Item> urgent = new ArrayDeque<>();
    private final Deque<Item> commands = new ArrayDeque<>();
    private int nextCmdSn;
    private int maxCmdSn;
    private boolean closed;

    Outbox(int nextCmdSn, int maxCmdSn) {
        this.nextCmdSn = nextCmdSn;
        this.maxCmdSn = maxCmdSn;
    }

    void addUrgent(Item item) {
        add(urgent, item);
    }

    void addCommand(Item item) {
        add(commands, item);
    }

    /** The CmdSN that an immediate request carries: that of the next command, not used up. */
    int currentCmdSn() {
        lock.lock();
        try {
            return nextCmdSn;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the next CmdSN; called by a command's own send. */
    int takeCmdSn() {
        lock.lock();
        try {
            return nextCmdSn++;
        } finally {
            lock.unlock();
        }
    }

    /** Moves the end of the window as the target told; never back. */
    void maxCmdSn(int value) {
        lock.lock();
        try {
            if (SerialNumber.before(maxCmdSn, value)) {
                maxCmdSn = value;
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for something to send; null once closed. */
    @Nullable
    Item take() {
        lock.lock();
        try {
            Item item = next();
            while (item == null && !closed) {
                changed.awaitUninterruptibly();
                item = next();
            }
            return closed ? null : item;
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing can be sent at this moment, so that the writer should flush. */
    boolean isIdle() {
        lock.lock();
        try {
            return urgent.isEmpty() && (commands.isEmpty() || !windowOpen());
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            urgent.clear();
            commands.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void add(Deque<Item> line, Item item) {
        lock.lock();
        try {
            if (!closed) {
                line.add(item);
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Item next() {
        Item item = urgent.poll();
        return item == null && windowOpen() ? commands.poll() : item;
    }

    private boolean windowOpen() {
        return SerialNumber.beforeOrEqual(nextCmdSn, maxCmdSn);
    }
}
