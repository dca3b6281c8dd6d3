package dev.sandstone.bench.growth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** CPU time of a process as the scheduler counts it, to the nanosecond; {@code stat} counts in hundredths of a second. */
final class ProcessCpu {
    private final Path tasks;
    /** What each thread had when it was seen last: one that has ended keeps what it used. */
    private final Map<String, Long> seen = new HashMap<>();

    ProcessCpu(long pid) {
        tasks = Path.of("/proc", String.valueOf(pid), "task");
    }

    long nanos() throws IOException {
        try (Stream<Path> threads = Files.list(tasks)) {
            for (Path thread : threads.toList()) {
                try {
                    String[] counts =
                            Files.readString(thread.resolve("schedstat")).split(" ", 2);
                    seen.put(thread.getFileName().toString(), Long.parseLong(counts[0]));
                } catch (NoSuchFileException ended) {
                    // It was listed a moment ago; what it had is known.
                    seen.putIfAbsent(thread.getFileName().toString(), 0L);
                }
            }
        }
        return seen.values().stream().mapToLong(Long::longValue).sum();
    }
}
