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
    static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

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

    void marked(UUID volume) {
        since.remove(volume);
    }

    /** From which time on nothing says what it held, in microseconds since 1970; 0 when its mark is not late. */
    long lateFrom(UUID volume) {
        Long from = since.get(volume);
        long waited = from == null ? 0 : loop.nanoTime() - from;
        return waited <= GRACE_NANOS ? 0 : loop.wallClockMicros() - TimeUnit.NANOSECONDS.toMicros(waited);
    }
}
