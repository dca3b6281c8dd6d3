package dev.sandstone.bench.offload;

import dev.sandstone.daemon.api.Pools;
import dev.sandstone.daemon.api.VolumeTimes;
import dev.sandstone.daemon.api.Volumes;
import dev.sandstone.initiator.IscsiDisk;
import dev.sandstone.initiator.IscsiSession;
import dev.sandstone.initiator.ScsiRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** One volume copied by EXTENDED COPY, and the same copied by reading and writing it. */
final class Copies {
    private static final int MIB = 1 << 20;
    private static final int MIB_BLOCKS = MIB / 512;
    private static final int DEPTH = 8;
    /** Copies by reference are short: the first ones find an array that has never made any. */
    private static final int ROUNDS_BY_ARRAY = 9;

    private static final int ROUNDS_BY_INITIATOR = 3;
    private static final int LEAST_RATIO = 50;
    private static final String POLICY = "write-back";

    private final OffloadArray array;
    private final int mib;
    private final List<String> faults = new ArrayList<>();

    Copies(OffloadArray array, int mib) {
        this.array = array;
        this.mib = mib;
    }

    /** Prints its rows; what is not as it must be is answered. */
    List<String> run() throws IOException {
        Volumes.View from = array.create("from", (long) mib * MIB, POLICY);
        try (IscsiSession session = array.login(from, 0)) {
            IscsiDisk source = IscsiDisk.open(session, from.lun());
            eachMib(at -> source.write((long) at * MIB_BLOCKS, content(at)));
            source.synchronize();
            long[] moved = new long[ROUNDS_BY_INITIATOR];
            long[] shared = new long[ROUNDS_BY_ARRAY];
            // Copies by reference first: what the others leave behind is cleaned, which reads.
            for (int round = 0; round < shared.length; round++) {
                shared[round] = byArray(session, from, "shared" + round);
            }
            for (int round = 0; round < moved.length; round++) {
                moved[round] = byInitiator(session, from, "moved" + round);
            }
            double ratio = (double) median(moved) / median(shared);
            row("read and written by the initiator, depth " + DEPTH, millis(moved));
            row("EXTENDED COPY", millis(shared));
            row("ratio of the medians", String.format(Locale.ROOT, "%.0f", ratio));
            must(ratio >= LEAST_RATIO, "only " + ratio + " times as fast");
            session.logout();
        }
        return faults;
    }

    private long byInitiator(IscsiSession session, Volumes.View from, String name) throws IOException {
        Volumes.View to = array.create(name, (long) mib * MIB, POLICY);
        // Opened once more, because there is news of another volume to be taken first.
        IscsiDisk source = IscsiDisk.open(session, from.lun());
        IscsiDisk destination = IscsiDisk.open(session, to.lun());
        long begun = System.nanoTime();
        eachMib(at -> destination.write((long) at * MIB_BLOCKS, source.read((long) at * MIB_BLOCKS, MIB_BLOCKS)));
        destination.synchronize();
        long took = System.nanoTime() - begun;
        return took;
    }

    private long byArray(IscsiSession session, Volumes.View from, String name) throws IOException {
        Volumes.View to = array.create(name, (long) mib * MIB, POLICY);
        IscsiDisk.open(session, from.lun());
        IscsiDisk destination = IscsiDisk.open(session, to.lun());
        byte[] list = ExtendedCopyList.of(from, to, (long) mib * MIB_BLOCKS);
        Pools.Usage before = array.pool();
        long readBefore = array.diskReadBytes();
        long storageBefore = array.processReadBytes();
        long begun = System.nanoTime();
        session.execute(ScsiRequest.out(from.lun(), ExtendedCopyList.cdb(list), list))
                .requireGood();
        destination.synchronize();
        long took = System.nanoTime() - begun;
        long storage = array.processReadBytes() - storageBefore;
        long read = array.diskReadBytes() - readBefore;
        long grown = before.freeBytes() - array.pool().freeBytes();
        VolumeTimes.Usage usage = array.usage(name);
        row("the array read from its disks meanwhile", read + " bytes; from storage " + storage);
        row("room the pool lost", grown + " bytes");
        row("of the copy's bytes by its map", usage.borrowedBytes() + " are those of the source's extents");
        must(read == 0, read + " bytes were read");
        must(grown < (long) mib * MIB / 100, "the pool grew by " + grown);
        must(
                usage.mappedBytes() == (long) mib * MIB && usage.borrowedBytes() == (long) mib * MIB,
                "not shared: " + usage);
        eachMib(at -> must(
                Arrays.equals(destination.read((long) at * MIB_BLOCKS, MIB_BLOCKS), content(at)),
                "MiB " + at + " is wrong"));
        return took;
    }

    private static byte[] content(int at) {
        byte[] bytes = new byte[MIB];
        new SplittableRandom(at).nextBytes(bytes);
        return bytes;
    }

    private interface Step {
        void take(int mib) throws IOException;
    }

    /** Takes the step for each MiB, several at once. */
    private void eachMib(Step step) throws IOException {
        AtomicLong next = new AtomicLong();
        try (ExecutorService threads = Executors.newFixedThreadPool(
                DEPTH, Thread.ofPlatform().name("copy-", 0).factory())) {
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < DEPTH; i++) {
                ends.add(threads.submit(() -> {
                    for (long at = next.getAndIncrement(); at < mib; at = next.getAndIncrement()) {
                        step.take((int) at);
                    }
                    return null;
                }));
            }
            for (Future<?> end : ends) {
                end.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IOException(e);
        }
    }

    private synchronized void must(boolean met, String fault) {
        if (!met) {
            faults.add(fault);
        }
    }

    private static void row(String what, String figure) {
        System.out.println("| " + what + " | " + figure + " |");
    }

    private static long median(long[] nanos) {
        return Arrays.stream(nanos).sorted().toArray()[nanos.length / 2];
    }

    private static String millis(long[] nanos) {
        StringBuilder text = new StringBuilder();
        for (long each : nanos) {
            text.append(String.format(Locale.ROOT, "%.0f ms, ", each / 1e6));
        }
        return text.append(String.format(Locale.ROOT, "median %.0f ms", median(nanos) / 1e6))
                .toString();
    }
}
