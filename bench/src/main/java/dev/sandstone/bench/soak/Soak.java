package dev.sandstone.bench.soak;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Mixed load on a pool that is about 85 % full, a snapshot each ten seconds, the last six kept: prints a line a minute, and at
 * the end whether every block held what it must.
 */
public final class Soak {
    private static final long MIB = 1 << 20;
    private static final int THREADS = 8;
    private static final int KEPT = 6;
    private static final int SNAPSHOT_SECONDS = 10;
    private static final int VOLUME_PERCENT = 80;

    /** What {@link #KEPT} snapshots may hold when every write hits another block. */
    private static final int HELD_PERCENT = 5;

    /** Bytes written for each command of {@link Slice}: three of ten write, three of four of these 4 KiB, else 64 KiB. */
    private static final long WRITTEN_BYTES = 3 * (3 * 4096 + 65536) / 40;

    private final SoakArray array;
    private final Probe probe;
    private final Recorder reads = new Recorder(3);
    private final Recorder writes = new Recorder(3);
    private final Histogram allReads = new Histogram(3);
    private final Histogram allWrites = new Histogram(3);
    private final List<Slice> slices = new ArrayList<>();

    private Soak(SoakArray array, long capacity, long volume) throws IOException {
        this.array = array;
        this.probe = new Probe(array.pid());
        long bytesPerSecond = capacity * HELD_PERCENT / 100 / (KEPT * SNAPSHOT_SECONDS);
        Slice.Pace pace = new Slice.Pace(1_000_000_000L * THREADS * WRITTEN_BYTES / bytesPerSecond, reads, writes);
        int blocks = (int) (volume / Slice.BLOCK / THREADS);
        for (int i = 0; i < THREADS; i++) {
            slices.add(new Slice(array.login(i), (long) i * blocks, blocks, pace));
        }
    }

    /** Arguments: the checkout, a folder for data, minutes, MiB of the pool. */
    public static void main(String[] args) throws IOException, InterruptedException {
        long capacity = Long.parseLong(args[3]) * MIB;
        long volume = capacity / 100 * VOLUME_PERCENT / MIB * MIB;
        boolean right;
        try (SoakArray array = new SoakArray(Path.of(args[0]), Path.of(args[1]), capacity, volume)) {
            right = new Soak(array, capacity, volume).run(Integer.parseInt(args[2]));
        }
        System.exit(right ? 0 : 1);
    }

    private boolean run(int minutes) throws IOException, InterruptedException {
        for (Slice slice : slices) {
            slice.fill();
        }
        List<Thread> threads =
                slices.stream().map(slice -> Thread.ofPlatform().start(slice)).toList();
        System.out.println(
                "| minute | full | resident MiB | descriptors | reads | read p99 ms | writes | write p99 ms |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        Instant end = Instant.now().plus(Duration.ofMinutes(minutes));
        for (int round = 1; Instant.now().isBefore(end) && failures().isEmpty(); round++) {
            Thread.sleep(SNAPSHOT_SECONDS * 1000L);
            array.snapshot(KEPT);
            if (round % (60 / SNAPSHOT_SECONDS) == 0) {
                System.out.println(line(round * SNAPSHOT_SECONDS / 60));
            }
        }
        slices.forEach(Slice::stop);
        for (Thread thread : threads) {
            thread.join();
        }
        String failures = failures();
        List<String> unsound = array.check().findings();
        System.out.printf(
                Locale.ROOT,
                "%d reads, p99 %.1f ms, at most %.1f; %d writes, p99 %.1f ms, at most %.1f; %d snapshots, %d refused; %s%n",
                allReads.getTotalCount(),
                millis(allReads.getValueAtPercentile(99)),
                millis(allReads.getMaxValue()),
                allWrites.getTotalCount(),
                millis(allWrites.getValueAtPercentile(99)),
                millis(allWrites.getMaxValue()),
                array.taken(),
                array.refused(),
                failures.isEmpty() && unsound.isEmpty() ? "every block right, pool sound" : failures + unsound);
        return failures.isEmpty() && unsound.isEmpty();
    }

    private String failures() {
        return slices.stream()
                .map(Slice::failure)
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("; "));
    }

    private String line(int minute) throws IOException {
        Histogram read = reads.getIntervalHistogram();
        Histogram written = writes.getIntervalHistogram();
        allReads.add(read);
        allWrites.add(written);
        return String.format(
                Locale.ROOT,
                "| %d | %d %% | %d | %d | %d | %.1f | %d | %.1f |",
                minute,
                array.fullPercent(),
                probe.residentMib(),
                probe.descriptors(),
                read.getTotalCount(),
                millis(read.getValueAtPercentile(99)),
                written.getTotalCount(),
                millis(written.getValueAtPercentile(99)));
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }
}
