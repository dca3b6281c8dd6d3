package dev.sandstone.daemon.watch;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The stalls of one loop: counted, and told so that the log stays readable. */
final class Stalls {
    private static final Logger LOG = LoggerFactory.getLogger(StallWatch.class);
    private static final int LONGER = 10;
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Pulse pulse;
    private final long limitNanos;
    private final LongAdder count;
    /** A wait of this length is the next to be told. */
    private long tellAt;

    private boolean stalled;
    private boolean told;
    private boolean everTold;
    private long lastTold;
    private long untold;

    Stalls(Pulse pulse, long limitNanos, LongAdder count) {
        this.pulse = pulse;
        this.limitNanos = limitNanos;
        this.count = count;
        tellAt = limitNanos;
    }

    /** @param late whether this look came so late that a wait says nothing of the loop */
    void look(long now, boolean late) {
        if (pulse.answered()) {
            if (told) {
                LOG.warn("{} goes on after {} ms", name(), millis(pulse.waited(now)));
            }
            stalled = false;
            told = false;
            tellAt = limitNanos;
            pulse.ask(now);
        } else if (late && !stalled) {
            pulse.restart(now);
        } else if (pulse.waited(now) > tellAt) {
            noticed(now);
        }
    }

    private void noticed(long now) {
        boolean first = !stalled;
        if (first) {
            stalled = true;
            count.increment();
        }
        tellAt = tellAt * LONGER;
        if (first && everTold && now - lastTold < QUIET_NANOS) {
            untold++;
            return;
        }
        everTold = true;
        told = true;
        lastTold = now;
        String where = where();
        String others = untold == 0 ? "" : "; " + untold + " other stalls of it were not told";
        untold = 0;
        LOG.warn(
                "{} has not come round for {} ms, in which it had {} ms of a CPU{}{}",
                name(),
                millis(pulse.waited(now)),
                millis(pulse.cpuSince()),
                others,
                where);
    }

    /** What the loop does now; what it did when it has gone on meanwhile is not known. */
    private String where() {
        Thread thread = pulse.thread();
        if (thread == null) {
            return ", and never did";
        }
        StringBuilder text = new StringBuilder(", at");
        for (StackTraceElement frame : thread.getStackTrace()) {
            text.append("\n\tat ").append(frame);
        }
        return pulse.answered() ? "; it went on when it was looked at" : text.toString();
    }

    private String name() {
        Thread thread = pulse.thread();
        return thread == null ? "a loop" : "loop " + thread.getName();
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
