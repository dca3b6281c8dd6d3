package dev.sandstone.engine.volume;

/**
 * The end of an operation that was cut into parts: completes when all have, with the failure that came first if any did.
 *
 * <p>Confined to the shard's loop.
 */
final class Join implements Completion {
    private final Completion whole;
    private int open = 1;
    private EngineStatus status = EngineStatus.OK;
    private long detail;

    Join(Completion whole) {
        this.whole = whole;
    }

    /** One more part begins. */
    Completion part() {
        open++;
        return this;
    }

    /** All parts have begun; call once. */
    void begun() {
        ended();
    }

    @Override
    public void done(EngineStatus how, long what) {
        if (status == EngineStatus.OK && how != EngineStatus.OK) {
            status = how;
            detail = what;
        }
        ended();
    }

    private void ended() {
        if (--open == 0) {
            whole.done(status, detail);
        }
    }
}
