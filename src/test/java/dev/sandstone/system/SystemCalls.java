package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;

/** Counts the system calls of all threads of a process, by strace. */
final class SystemCalls {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private SystemCalls() {}

    /** What is counted. */
    interface Work {
        void run() throws IOException;
    }

    /** How often each was called while the work ran. */
    static Map<String, Long> during(long pid, Path scratch, Work work) throws IOException {
        Path counts = Files.createTempFile(scratch, "strace", ".counts");
        Path said = Files.createTempFile(scratch, "strace", ".log");
        String[] command = {"strace", "-f", "-c", "-U", "calls,name", "-o", counts.toString(), "-p", String.valueOf(pid)
        };
        Process strace = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (!Files.readString(said).contains("attached")) {
                boolean ended = Tools.waitFor(strace, Duration.ofMillis(5)) || System.nanoTime() > deadline;
                String why = Files.readString(said);
                // A container or the kernel's settings may forbid it to anybody; nothing that could be installed helps.
                Assumptions.assumeFalse(
                        ended && why.contains("not permitted"), "strace may not look into processes here");
                assertThat(ended).as("strace has ended: %s", why).isFalse();
            }
            work.run();
        } finally {
            strace.destroy();
            Tools.waitFor(strace, LIMIT);
        }
        Map<String, Long> calls = new TreeMap<>();
        for (String line : Files.readAllLines(counts)) {
            String[] columns = line.strip().split(" +", -1);
            if (columns.length == 2 && columns[0].matches("[0-9]+") && !columns[1].equals("total")) {
                calls.put(columns[1], Long.parseLong(columns[0]));
            }
        }
        return calls;
    }
}
