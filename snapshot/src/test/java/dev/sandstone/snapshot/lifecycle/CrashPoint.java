package dev.sandstone.snapshot.lifecycle;

/** Lets so many steps pass, then ends every further one: the process died there. */
final class CrashPoint {
    private int left;

    CrashPoint(int steps) {
        left = steps;
    }

    void step() {
        if (left == 0) {
            throw new Crash();
        }
        left--;
    }

    /** Whether the crash came. */
    boolean reached() {
        return left == 0;
    }

    /** The end of the process. */
    static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
