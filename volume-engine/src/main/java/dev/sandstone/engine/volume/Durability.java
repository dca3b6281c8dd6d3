package dev.sandstone.engine.volume;

import java.util.ArrayDeque;

/**
 * How far the log is durable and in the map, and who waits for it to get further.
 *
 * <p>Confined to the shard's loop.
 */
final class Durability {
    private final ArrayDeque<Wait> waits = new ArrayDeque<>();
    private long durableLsn;
    private boolean failed;

    private record Wait(long lsn, Completion done) {}

    Durability(long durableLsn) {
        this.durableLsn = durableLsn;
    }

    long durableLsn() {
        return durableLsn;
    }

    /** Whether the log has failed: nothing becomes durable any more. */
    boolean failed() {
        return failed;
    }

    /**
     * Completes when the record of that LSN and all before it are durable, or can never be.
     *
     * @param lsn not less than in any earlier call
     */
    void await(long lsn, Completion done) {
        if (lsn <= durableLsn) {
            Told.tell(done, EngineStatus.OK, 0);
        } else if (failed) {
            Told.tell(done, EngineStatus.IO_ERROR, 0);
        } else {
            waits.add(new Wait(lsn, done));
        }
    }

    void advance(long lsn) {
        assert lsn == durableLsn + 1 : "records become durable in order";
        durableLsn = lsn;
        Wait first = waits.peek();
        while (first != null && first.lsn <= durableLsn) {
            waits.remove();
            Told.tell(first.done, EngineStatus.OK, 0);
            first = waits.peek();
        }
    }

    void fail() {
        failed = true;
        for (Wait wait = waits.poll(); wait != null; wait = waits.poll()) {
            Told.tell(wait.done, EngineStatus.IO_ERROR, 0);
        }
    }
}
