package dev.sandstone.iscsi.session;

/** Runs an action after as many steps as were added, and one more that closes the sum. Used on one loop. */
final class Countdown {
    private final Runnable action;
    private int left = 1;

    Countdown(Runnable action) {
        this.action = action;
    }

    void add() {
        left++;
    }

    void step() {
        left--;
        if (left == 0) {
            action.run();
        }
    }
}
