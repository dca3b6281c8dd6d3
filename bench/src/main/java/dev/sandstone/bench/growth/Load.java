package dev.sandstone.bench.growth;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A measured load: reads and writes of 4 KiB at places of one volume, which are few and lie far apart, so that volumes of any size
 * hold the same. At most {@link #TURN} sessions have commands under way at a time.
 */
final class Load {
    private static final int TURN = 4;
    private static final int BURST = 8;
    private static final int LONG_BURST = 32;
    private static final int PLACES = 16_384;
    private static final int READS = 32_768;
    private static final int WRITES = 32_768;
    /** Longer than a fold waits for more. */
    private static final long FOLD_MILLIS = 2_500;

    private final SplittableRandom random = new SplittableRandom(7);
    private final ProcessCpu cpu;

    Load(ProcessCpu cpu) {
        this.cpu = cpu;
    }

    /** Where the load goes. */
    record Volume(int lun, long bytes) {
        long block(int place) {
            return bytes / Session.BYTES / PLACES * place;
        }
    }

    /** CPU time of the target for each command, in microseconds: all its threads. */
    record Cost(double readUs, double writeUs) {}

    /** Writes every place. */
    void fill(Session session, Volume volume) throws IOException {
        session.settle(volume.lun());
        for (int place = 0; place < PLACES; place += LONG_BURST) {
            long[] blocks = new long[LONG_BURST];
            for (int i = 0; i < LONG_BURST; i++) {
                blocks[i] = volume.block(place + i);
            }
            session.send(volume.lun(), blocks, true);
            session.take(LONG_BURST);
        }
        session.flush(volume.lun());
    }

    /** Writes some places. */
    void touch(Session session, Volume volume) throws IOException {
        run(List.of(session), volume, LONG_BURST, true);
    }

    /** Lets the target compile what it runs often. */
    void warmUp(Session session, Volume volume) throws IOException {
        for (int i = 0; i < 8; i++) {
            run(List.of(session), volume, READS, false);
            run(List.of(session), volume, WRITES, true);
        }
        session.flush(volume.lun());
    }

    /** The target's CPU time of a pause, in nanoseconds. */
    long idle() throws IOException {
        Pauses.millis(FOLD_MILLIS);
        long before = cpu.nanos();
        Pauses.millis(FOLD_MILLIS);
        return cpu.nanos() - before;
    }

    /** @param idle what a pause costs anyway: the map is folded in it, which is part of a write */
    Cost measure(List<Session> sessions, Volume volume, long idle) throws IOException {
        return measure(sessions, volume, idle, WRITES, anywhere());
    }

    /** The same, but that each place is written once, in any order. */
    Cost measureOnce(List<Session> sessions, Volume volume, long idle) throws IOException {
        int[] places = IntStream.range(0, PLACES).toArray();
        for (int left = PLACES; left > 1; left--) {
            int chosen = random.nextInt(left);
            int last = places[left - 1];
            places[left - 1] = places[chosen];
            places[chosen] = last;
        }
        return measure(sessions, volume, idle, PLACES, Arrays.stream(places).iterator());
    }

    private Cost measure(List<Session> sessions, Volume volume, long idle, int writes, PrimitiveIterator.OfInt places)
            throws IOException {
        run(sessions, volume, READS / 8, false);
        long begun = cpu.nanos();
        run(sessions, volume, READS, false);
        long read = cpu.nanos();
        run(sessions, volume, writes, true, places);
        sessions.get(0).flush(volume.lun());
        Pauses.millis(FOLD_MILLIS);
        long written = cpu.nanos() - idle;
        return new Cost((read - begun) / 1e3 / READS, (written - read) / 1e3 / writes);
    }

    private PrimitiveIterator.OfInt anywhere() {
        return random.ints(0, PLACES).iterator();
    }

    private void run(List<Session> sessions, Volume volume, int count, boolean write) throws IOException {
        run(sessions, volume, count, write, anywhere());
    }

    private void run(List<Session> sessions, Volume volume, int count, boolean write, PrimitiveIterator.OfInt places)
            throws IOException {
        int burst = sessions.size() == 1 ? LONG_BURST : BURST;
        int turn = Math.min(TURN, sessions.size());
        int first = 0;
        for (int done = 0; done < count; done += turn * burst) {
            for (int i = 0; i < turn; i++) {
                long[] blocks = new long[burst];
                Arrays.setAll(blocks, any -> volume.block(places.nextInt()));
                sessions.get((first + i) % sessions.size()).send(volume.lun(), blocks, write);
            }
            for (int i = 0; i < turn; i++) {
                sessions.get((first + i) % sessions.size()).take(burst);
            }
            first += turn;
        }
    }
}
