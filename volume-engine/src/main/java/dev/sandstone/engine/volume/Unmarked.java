package dev.sandstone.engine.volume;

import dev.sandstone.engine.loop.ShardLoop;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Since when volumes wait for a mark of what has changed in them. From there on their newest mark does not say what they held:
 * such a time is refused, for an answer would be of earlier. Confined to the shard's loop.
 */
final class Unmarked {
    /** So long a mark may take from the second it is due to its place in the log, and is still one of that second. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ShardLoop loop;
    private final Map<UUID, Long> since = new HashMap<>();

    Unmarked(ShardLoop loop) {
        this.loop = loop;
    }

    /**
     * It was looked for who changed since the newest mark.
     *
     * @param dueNanos when that was due: it may be done late, and what changed can have done so then
     */
    void found(Set<UUID> changed, long dueNanos) {
        long now = loop.nanoTime();
        long from = dueNanos - now < 0 ? dueNanos : now;
        since.keySet().retainAll(changed);
        changed.forEach(volume -> since.putIfAbsent(volume, from));
    }

    /**
     * A mark is durable.
     *
     * @param nanos when it got its LSN: it shows what was there then
     * @param changedSince whether the volume has changed again since then. That may have been right after it, and the record
     *     have taken seconds, so the mark it needs was due a second later at the latest
     */
    void marked(UUID volume, long nanos, boolean changedSince) {
        long due = nanos + SECOND_NANOS;
        if (changedSince && due - loop.nanoTime() < 0) {
            since.put(volume, due);
        } else {
            since.remove(volume);
        }
    }

    boolean isAnyLate() {
        return since.keySet().stream().anyMatch(volume -> lateFrom(volume) > 0);
    }

    /** From which time on nothing says what it held, in microseconds since 1970; 0 when its mark is not late. */
    long lateFrom(UUID volume) {
        Long from = since.get(volume);
        long waited = from == null ? 0 : loop.nanoTime() - from;
        return waited <= GRACE_NANOS ? 0 : loop.wallClockMicros() - TimeUnit.NANOSECONDS.toMicros(waited);
    }
}
