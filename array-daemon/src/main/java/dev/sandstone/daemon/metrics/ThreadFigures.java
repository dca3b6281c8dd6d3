package dev.sandstone.daemon.metrics;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import javax.management.JMException;
import javax.management.ObjectName;

/** What the array's own threads have used since they began, found by their names. They live as long as the array. */
public enum ThreadFigures {
    /** The event loops, on which every command is served. */
    LOOP("iscsi-loop"),
    /** The threads that read and write the block map. */
    MAP("sandstone-map");

    private final String prefix;

    ThreadFigures(String prefix) {
        this.prefix = prefix;
    }

    /** Bytes of heap they have allocated; 0 where the JVM does not count that. */
    public long allocatedBytes() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long[] ids = threads.getAllThreadIds();
        ThreadInfo[] infos = threads.getThreadInfo(ids);
        long[] bytes = allocated(ids);
        long sum = 0;
        for (int i = 0; i < ids.length; i++) {
            // Null when the thread has ended meanwhile.
            if (infos[i] != null && infos[i].getThreadName().startsWith(prefix)) {
                sum += Math.max(0, bytes[i]);
            }
        }
        return sum;
    }

    /** By name: what counts is no part of Java's own interface. */
    private static long[] allocated(long[] ids) {
        try {
            return (long[]) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME),
                            "getThreadAllocatedBytes",
                            new Object[] {ids},
                            new String[] {long[].class.getName()});
        } catch (JMException notCounted) {
            return new long[ids.length];
        }
    }
}
