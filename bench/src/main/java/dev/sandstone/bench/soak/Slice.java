package dev.sandstone.bench.soak;

import dev.sandstone.initiator.Cdb;
import dev.sandstone.initiator.IscsiSession;
import dev.sandstone.initiator.ScsiRequest;
import dev.sandstone.initiator.ScsiResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Recorder;

/**
 * One thread's part of a volume: it reads and writes it in random order by a session of its own, knows what each block must
 * hold, and says so when it holds anything else. Seven of ten commands read, one of four moves 64 KiB, else 4 KiB.
 */
final class Slice implements Runnable {
    static final int BLOCK = 4096;

    private static final int LARGE = 16;
    private static final int SECTORS = BLOCK / 512;
    private static final int MOST_ATTENTIONS = 8;
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);

    private final IscsiSession session;
    private final long first;
    private final int[] versions;
    private final SplittableRandom random;
    private final Recorder reads;
    private final Recorder writes;
    private final long paceNanos;
    private volatile boolean stopped;
    private volatile String failure = "";

    /** How fast, and where latencies go. */
    record Pace(long commandNanos, Recorder reads, Recorder writes) {}

    /** @param first block of 4 KiB at which the slice begins */
    Slice(IscsiSession session, long first, int blocks, Pace pace) {
        this.session = session;
        this.first = first;
        this.versions = new int[blocks];
        this.random = new SplittableRandom(first);
        this.reads = pace.reads();
        this.writes = pace.writes();
        this.paceNanos = pace.commandNanos();
    }

    void stop() {
        stopped = true;
    }

    /** Why it ended by itself; empty when it did not. */
    String failure() {
        return failure;
    }

    /** Writes every block once. */
    void fill() throws IOException {
        for (int at = 0; at < versions.length; at += LARGE) {
            write(at, Math.min(LARGE, versions.length - at));
        }
    }

    @Override
    public void run() {
        try {
            long due = System.nanoTime();
            while (!stopped) {
                due += paceNanos;
                LockSupport.parkNanos(due - System.nanoTime());
                int count = random.nextInt(4) == 0 ? LARGE : 1;
                int at = random.nextInt(versions.length - count + 1);
                long begun = System.nanoTime();
                if (random.nextInt(10) < 7) {
                    read(at, count);
                    reads.recordValue(System.nanoTime() - begun);
                } else {
                    write(at, count);
                    writes.recordValue(System.nanoTime() - begun);
                }
            }
            for (int at = 0; at < versions.length; at += LARGE) {
                read(at, Math.min(LARGE, versions.length - at));
            }
        } catch (IOException | RuntimeException e) {
            failure = e.toString();
        }
    }

    private void write(int at, int count) throws IOException {
        ByteBuffer data = ByteBuffer.allocate(count * BLOCK);
        for (int i = 0; i < count; i++) {
            versions[at + i]++;
            stamp(data, i, at + i);
        }
        heeded(ScsiRequest.out(0, Cdb.write16((first + at) * SECTORS, count * SECTORS), data.array()));
    }

    private void read(int at, int count) throws IOException {
        byte[] data = heeded(ScsiRequest.in(0, Cdb.read16((first + at) * SECTORS, count * SECTORS), count * BLOCK))
                .dataIn();
        ByteBuffer expected = ByteBuffer.allocate(BLOCK);
        for (int i = 0; i < count; i++) {
            stamp(expected, 0, at + i);
            int wrong = ByteBuffer.wrap(data, i * BLOCK, BLOCK).slice().mismatch(expected.rewind());
            if (wrong >= 0) {
                throw new IllegalStateException("block " + (first + at + i) + " is wrong from byte " + wrong
                        + " on, version " + versions[at + i] + " expected");
            }
        }
    }

    /** Content that no other block and no other version of it has. */
    private void stamp(ByteBuffer into, int index, int block) {
        SplittableRandom content = new SplittableRandom((first + block) << 32 | versions[block]);
        for (int at = index * BLOCK; at < (index + 1) * BLOCK; at += Long.BYTES) {
            into.putLong(at, content.nextLong());
        }
    }

    /** Sent again after a unit attention, and while the array is busy. */
    private ScsiResult heeded(ScsiRequest request) throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        int attentions = 0;
        ScsiResult result = session.execute(request);
        while (result.status() != ScsiResult.GOOD) {
            boolean attention = result.senseKey() == 6 && ++attentions <= MOST_ATTENTIONS;
            boolean busy = result.status() == ScsiResult.BUSY && System.nanoTime() < deadline;
            if (!attention && !busy) {
                throw new IllegalStateException(result.describe());
            }
            result = session.execute(request);
        }
        return result;
    }
}
