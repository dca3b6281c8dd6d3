package dev.sandstone.engine.cache;

/**
 * Whether it is worth while to keep blocks of one kind: while one in eight is asked for before it leaves. Else one in sixteen is
 * kept nevertheless, to learn when that changes.
 */
final class Worth {
    private static final int WINDOW = 4096;
    private static final int LEAST_ASKED = WINDOW / 8;
    private static final int SAMPLE = 16;

    private boolean proven = true;
    private int kept;
    private int asked;
    private int passed;

    /** Whether to keep the next one. */
    boolean takes() {
        passed = (passed + 1) % SAMPLE;
        return proven || passed == 0;
    }

    /** One is kept. */
    void kept() {
        kept++;
        if (kept == WINDOW) {
            proven = asked >= LEAST_ASKED;
            kept = 0;
            asked = 0;
        }
    }

    /** One that was kept is asked for, for the first time. */
    void asked() {
        asked++;
    }
}
