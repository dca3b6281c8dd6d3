package dev.sandstone.scsi.device;

import java.util.concurrent.atomic.AtomicInteger;

/** Waits until a number of things, maybe on several loops, are done; then runs an action where the last one was. */
final class Gathering implements Runnable {
    /** For those whose end nobody waits for. */
    static final Runnable NOBODY = () -> {};

    private final AtomicInteger left;
    private final Runnable action;

    /** Runs the action now when there is nothing to wait for. */
    Gathering(int count, Runnable action) {
        this.left = new AtomicInteger(count);
        this.action = action;
        if (count == 0) {
            action.run();
        }
    }

    /** One of them is done. */
    @Override
    public void run() {
        if (left.decrementAndGet() == 0) {
            action.run();
        }
    }
}
