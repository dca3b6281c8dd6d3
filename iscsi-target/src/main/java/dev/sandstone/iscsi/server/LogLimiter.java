package dev.sandstone.iscsi.server;

/** Lets so many messages through in a minute, so that a peer cannot fill the disk with the log of its own faults. */
final class LogLimiter {
    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final int perMinute;
    private long windowStart;
    private int count;
    private long dropped;
    private boolean started;

    LogLimiter(int perMinute) {
        this.perMinute = perMinute;
    }

    /**
     * Asks for one message.
     *
     * @param nowNanos {@link System#nanoTime}
     * @return how many messages were dropped since the last that was let through; -1: drop this one
     */
    synchronized long ask(long nowNanos) {
        if (!started || nowNanos - windowStart >= MINUTE_NANOS) {
            started = true;
            windowStart = nowNanos;
            count = 0;
        }
        if (count >= perMinute) {
            dropped++;
            return -1;
        }
        count++;
        long result = dropped;
        dropped = 0;
        return result;
    }
}
