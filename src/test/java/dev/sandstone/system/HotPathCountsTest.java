package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a command of 4 KiB costs, in counts: a busy machine makes it slower, not more. Each is counted in rounds until one is within
 * its bar, because the first rounds run code that is not compiled yet, and threads of the JVM have calls of their own. A bar is what
 * was counted and a little more; docs/performance.md says what is meant to become of it.
 */
final class HotPathCountsTest {
    private static final long BYTES = 16L << 20;
    private static final int ROUNDS = 80;
    private static final int ROUND = 8_192;
    private static final int TRACED = 2_048;
    private static final int DEEP = 32;

    /** Counted: 40 and 41 bytes. */
    private static final double HEAP_BYTES = 64;
    /** Counted: 4.0 and the calls of a few other threads. */
    private static final double CALLS_ALONE = 4.25;
    /** Counted: 1.1. */
    private static final double CALLS_DEEP = 1.5;

    private static final double WAKES_ALONE = 2;
    private static final double WAKES_DEEP = 0.5;
    /** Of data: once between the buffers of a socket and of the command; the last of a burst once more, into a buffer that fits. */
    private static final double COPIED_BYTES = BurstHost.BYTES * 1.05;

    @TempDir
    static Path scratch;

    private static San san;
    private static BurstHost host;

    @BeforeAll
    static void begin() throws IOException {
        san = San.serve(scratch, "--dir", scratch.resolve("array").toString(), "--capacity", "2G");
        String iqn = san.volume("hot", "16M", "--write-policy", "write-back")
                .get("iqn")
                .asString();
        host = new BurstHost(san, iqn, BYTES);
        host.fill();
    }

    @AfterAll
    static void end() throws IOException {
        host.close();
        san.close();
    }

    /** Reads or writes, so many, with so many under way. */
    private interface Load {
        void run(int count, int depth) throws IOException;
    }

    /** Counts what a load costs, in all. */
    private interface Counter {
        Map<String, Long> during(SystemCalls.Work work) throws IOException;
    }

    @Test
    void readsAllocateLittle() throws IOException {
        within("bytes of heap", HEAP_BYTES, HotPathCountsTest::allocated, host::reads, DEEP);
    }

    @Test
    void writesAllocateLittle() throws IOException {
        within("bytes of heap", HEAP_BYTES, HotPathCountsTest::allocated, host::writes, DEEP);
    }

    @Test
    void dataIsCopiedOnce() throws IOException {
        within("bytes copied", COPIED_BYTES, HotPathCountsTest::copied, host::reads, 1);
        within("bytes copied", COPIED_BYTES, HotPathCountsTest::copied, host::reads, DEEP);
        within("bytes copied", COPIED_BYTES, HotPathCountsTest::copied, host::writes, DEEP);
    }

    @Test
    void readsWakeFewThreads() throws IOException {
        within("wake-ups", WAKES_ALONE, HotPathCountsTest::wakeUps, host::reads, 1);
        within("wake-ups", WAKES_DEEP, HotPathCountsTest::wakeUps, host::reads, DEEP);
    }

    @Test
    void readsTakeFewSystemCalls() throws IOException {
        Tools.require("strace", "strace");
        Counter calls = work -> SystemCalls.during(san.pid(), scratch, work);
        within("system calls", CALLS_ALONE, calls, host::reads, 1);
        within("system calls", CALLS_DEEP, calls, host::reads, DEEP);
    }

    /** Runs rounds of the load until one costs at most so much a command. */
    private static void within(String what, double bar, Counter counter, Load load, int depth) throws IOException {
        int count = what.equals("system calls") ? TRACED : ROUND;
        List<String> rounds = new ArrayList<>();
        double least = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS && least > bar; round++) {
            Map<String, Long> cost = counter.during(() -> load.run(count, depth));
            double each = cost.values().stream().mapToLong(Long::longValue).sum() / (double) count;
            least = Math.min(least, each);
            rounds.add(String.format(Locale.ROOT, "%.2f %s", each, cost));
        }
        assertThat(least)
                .as("%s for each command at depth %d, round by round: %s", what, depth, String.join("\n", rounds))
                .isLessThanOrEqualTo(bar);
    }

    private static Map<String, Long> allocated(SystemCalls.Work work) throws IOException {
        return growth("sandstone_threads_allocated_bytes_total{kind=\"loop\"}", work);
    }

    private static Map<String, Long> copied(SystemCalls.Work work) throws IOException {
        return growth("sandstone_iscsi_copied_bytes_total", work);
    }

    private static Map<String, Long> growth(String metric, SystemCalls.Work work) throws IOException {
        long before = san.metric(metric);
        work.run();
        return Map.of(metric, san.metric(metric) - before);
    }

    private static Map<String, Long> wakeUps(SystemCalls.Work work) throws IOException {
        Map<String, Long> before = switches();
        work.run();
        Map<String, Long> after = switches();
        after.replaceAll((thread, count) -> count - before.getOrDefault(thread, 0L));
        after.values().removeIf(count -> count == 0);
        return after;
    }

    /** How often each thread has gone to sleep of its own accord, by its name: it was woken as often. */
    private static Map<String, Long> switches() throws IOException {
        Map<String, Long> counts = new TreeMap<>();
        try (Stream<Path> threads = Files.list(Path.of("/proc", String.valueOf(san.pid()), "task"))) {
            for (Path thread : threads.toList()) {
                try (Stream<String> lines = Files.lines(thread.resolve("status"))) {
                    String name = Files.readString(thread.resolve("comm")).strip();
                    lines.filter(line -> line.startsWith("voluntary_ctxt_switches:"))
                            .map(line -> line.replaceAll("[^0-9]", ""))
                            .forEach(count -> counts.merge(name, Long.parseLong(count), Long::sum));
                } catch (NoSuchFileException ended) {
                    // It was listed a moment ago.
                    counts.putIfAbsent(thread.getFileName().toString(), 0L);
                }
            }
        }
        return counts;
    }
}
