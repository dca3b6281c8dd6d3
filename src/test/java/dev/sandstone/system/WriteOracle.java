package dev.sandstone.system;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a disk of 512-byte units may hold after a crash, given what was written to it and what was acknowledged.
 *
 * <p>Every unit carries its address, the generation of its write and noise made of both, so stale, misplaced and torn data
 * show. The caller keeps writes that are under way at once from overlapping. After a crash must hold:
 *
 * <ul>
 *   <li>a unit shows its last durable write or a later one, nothing else;
 *   <li>a write is there wholly or not at all;
 *   <li>what is lost is a suffix: no write that began after a lost one was acknowledged is there.
 * </ul>
 */
final class WriteOracle {
    static final int UNIT = 512;

    /** One write; time is the oracle's own count of events. */
    static final class Write {
        private final long generation;
        private final int unit;
        private final int units;
        private final long begun;
        private long acknowledged = Long.MAX_VALUE;

        private Write(long generation, int unit, int units, long begun) {
            this.generation = generation;
            this.unit = unit;
            this.units = units;
            this.begun = begun;
        }

        int unit() {
            return unit;
        }

        int units() {
            return units;
        }
    }

    private final long[] durable;
    private final long[] visible;
    private final List<Write> undecided = new ArrayList<>();
    private long generations;
    private long clock;

    WriteOracle(int units) {
        durable = new long[units];
        visible = new long[units];
    }

    int units() {
        return durable.length;
    }

    /** How many writes were announced. */
    synchronized long generations() {
        return generations;
    }

    /** Announces a write before it is sent. */
    synchronized Write begin(int unit, int units) {
        Write write = new Write(++generations, unit, units, ++clock);
        undecided.add(write);
        return write;
    }

    /** The write was acknowledged; where that means durable, it can no longer be lost. */
    synchronized void acknowledged(Write write, boolean isDurable) {
        write.acknowledged = ++clock;
        Arrays.fill(visible, write.unit, write.unit + write.units, write.generation);
        if (isDurable) {
            settle(List.of(write));
        }
    }

    /** What {@link #flushed} will make durable: all that is acknowledged now. Call before the flush is sent. */
    synchronized List<Write> acknowledgedSoFar() {
        return undecided.stream()
                .filter(write -> write.acknowledged != Long.MAX_VALUE)
                .toList();
    }

    synchronized void flushed(List<Write> covered) {
        settle(covered);
    }

    private void settle(List<Write> writes) {
        for (Write write : writes) {
            for (int u = write.unit; u < write.unit + write.units; u++) {
                durable[u] = Math.max(durable[u], write.generation);
            }
        }
        undecided.removeAll(writes);
    }

    /** The content of a write. */
    static ByteBuffer content(Write write) {
        ByteBuffer data = ByteBuffer.allocate(write.units * UNIT);
        for (int i = 0; i < write.units; i++) {
            stamp(data, write.unit + i, write.generation);
        }
        return data.flip();
    }

    private static void stamp(ByteBuffer to, int unit, long generation) {
        SplittableRandom noise = new SplittableRandom(generation * 31 + unit);
        to.putLong(unit).putLong(generation);
        for (int i = 2; i < UNIT / Long.BYTES; i++) {
            to.putLong(noise.nextLong());
        }
    }

    /** Judges a read of units that no write is under way on; empty when it shows the last acknowledged writes. */
    synchronized List<String> judgeRead(int unit, ByteBuffer data) {
        List<String> wrong = new ArrayList<>();
        for (int u = unit; u < unit + data.remaining() / UNIT; u++) {
            long shown = read(data, u, u - unit, wrong);
            if (shown != visible[u]) {
                wrong.add("unit " + u + " reads as generation " + shown + ", last acknowledged is " + visible[u]);
            }
        }
        return wrong;
    }

    /**
     * Judges the whole disk as read after a crash and takes what it shows as durable from now on.
     *
     * @return what is wrong, empty when nothing is
     */
    synchronized List<String> judge(ByteBuffer disk) {
        List<String> wrong = new ArrayList<>();
        long[] shown = new long[durable.length];
        for (int u = 0; u < durable.length; u++) {
            shown[u] = read(disk, u, u, wrong);
            boolean known = shown[u] == durable[u] || isUndecided(u, shown[u]);
            if (!known) {
                wrong.add("unit " + u + " shows generation " + shown[u] + ", durable is " + durable[u]);
            }
        }
        long lostSince = Long.MAX_VALUE;
        for (Write write : undecided) {
            if (!wholly(write, shown)) {
                lostSince = Math.min(lostSince, write.acknowledged);
                if (anywhere(write, shown)) {
                    wrong.add("write " + write.generation + " of units " + write.unit + "+" + write.units + " is torn");
                }
            }
        }
        for (Write write : undecided) {
            if (write.begun > lostSince && anywhere(write, shown)) {
                wrong.add("write " + write.generation + " is there, an older acknowledged one is lost");
            }
        }
        System.arraycopy(shown, 0, durable, 0, shown.length);
        System.arraycopy(shown, 0, visible, 0, shown.length);
        undecided.clear();
        return wrong;
    }

    private boolean isUndecided(int unit, long generation) {
        return generation > durable[unit]
                && undecided.stream()
                        .anyMatch(write -> write.generation == generation
                                && unit >= write.unit
                                && unit < write.unit + write.units);
    }

    /** Whether every unit of the write shows it or a later one. */
    private static boolean wholly(Write write, long[] shown) {
        for (int u = write.unit; u < write.unit + write.units; u++) {
            if (shown[u] < write.generation) {
                return false;
            }
        }
        return true;
    }

    private static boolean anywhere(Write write, long[] shown) {
        for (int u = write.unit; u < write.unit + write.units; u++) {
            if (shown[u] == write.generation) {
                return true;
            }
        }
        return false;
    }

    /** The generation a unit shows: 0 when never written, -1 when its bytes are no stamp of ours. */
    private static long read(ByteBuffer data, int unit, int at, List<String> wrong) {
        ByteBuffer found = data.slice(at * UNIT, UNIT);
        long generation = found.getLong(8);
        ByteBuffer expected = ByteBuffer.allocate(UNIT);
        if (generation != 0 || found.getLong(0) != 0) {
            stamp(expected, unit, generation);
            expected.flip();
        }
        if (found.mismatch(expected) >= 0) {
            wrong.add("unit " + unit + " holds damaged bytes from offset " + found.mismatch(expected));
            return -1;
        }
        return generation;
    }
}
