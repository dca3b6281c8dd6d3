package dev.sandstone.engine.cleaner;

import dev.sandstone.engine.store.LogStream;
import java.util.concurrent.atomic.LongAdder;

/** Bytes appended to a shard's log by whom they are for. Any thread may ask. */
public final class LogTraffic {
    private final LongAdder written = new LongAdder();
    private final LongAdder moved = new LongAdder();
    private final LongAdder log = new LongAdder();

    void wrote(LogStream stream, int payloadBytes, int logBytes) {
        (stream == LogStream.USER ? written : moved).add(payloadBytes);
        log.add(logBytes);
    }

    /** Payload of those who write. */
    public long writtenBytes() {
        return written.sum();
    }

    /** Payload that cleaning has moved. */
    public long movedBytes() {
        return moved.sum();
    }

    /** All that batches have taken, heads and padding too, once however many copies there are. */
    public long logBytes() {
        return log.sum();
    }
}
