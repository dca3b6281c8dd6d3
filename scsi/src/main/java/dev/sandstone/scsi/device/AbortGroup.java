package dev.sandstone.scsi.device;

/**
 * The tasks that one task management function ends. The function is answered once all of them have ended, those in the
 * engine included, and the last has been told to its transport.
 */
final class AbortGroup {
    private final Runnable done;
    private int waiting = 1;

    /** Waits for {@link #complete} too. */
    AbortGroup(Runnable done) {
        this.done = done;
    }

    /** One more task has to end. */
    void join() {
        waiting++;
    }

    /** A task has ended. */
    void left() {
        waiting--;
        if (waiting == 0) {
            done.run();
        }
    }

    /** All tasks that the function concerns have joined. */
    void complete() {
        left();
    }
}
