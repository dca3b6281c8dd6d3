package dev.sandstone.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** System calls that a target makes meanwhile, all its threads: counted by strace, which slows it, so in a run of its own. */
final class SystemCalls implements AutoCloseable {
    private final Process strace;
    private final Path table;

    SystemCalls(long pid, Path scratch) throws IOException {
        table = scratch.resolve("strace.txt");
        Path log = scratch.resolve("strace.log");
        strace = new ProcessBuilder(List.of("strace", "-f", "-c", "-o", table.toString(), "-p", String.valueOf(pid)))
                .redirectError(log.toFile())
                .start();
        while (!Files.readString(log).contains("attached")) {
            if (!strace.isAlive()) {
                throw new IOException(Files.readString(log));
            }
            Commands.pause(20);
        }
        Commands.pause(200);
    }

    static boolean available() {
        return Commands.installed("strace");
    }

    /** Stops counting; how many there were. */
    long stop() throws IOException {
        Commands.output(List.of("kill", "-INT", String.valueOf(strace.pid())));
        Commands.await(strace);
        String total = Files.readAllLines(table).stream()
                .filter(line -> line.endsWith(" total"))
                .findFirst()
                .orElseThrow(() -> new IOException("no total in " + table));
        // "100.00    0.123456           1      1234        56 total": percent, seconds, microseconds, calls, maybe
        // errors.
        return Long.parseLong(total.strip().split("\\s+", -1)[3]);
    }

    @Override
    public void close() {
        strace.destroyForcibly();
    }
}
