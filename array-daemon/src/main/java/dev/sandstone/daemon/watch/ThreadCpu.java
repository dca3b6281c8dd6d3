package dev.sandstone.daemon.watch;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** CPU time of other threads. */
final class ThreadCpu {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private ThreadCpu() {}

    /** In nanoseconds; 0 where that is not known. */
    static long nanos(Thread thread) {
        return THREADS.isThreadCpuTimeSupported() ? Math.max(0, THREADS.getThreadCpuTime(thread.threadId())) : 0;
    }
}
