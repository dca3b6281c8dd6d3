package dev.sandstone.engine.sim;

import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.engine.volume.Completion;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * Mixed requests for one volume, and what each of its blocks holds. Requests under way at once touch different blocks, so that
 * is known exactly; after a loss of power those under way may have happened, block by block.
 */
final class DayLoad {
    static final int BLOCK = 4096;
    static final int SECTORS = 8;
    private static final int MOST_BLOCKS = 8;

    private final VolumeId id;
    private final Random random;
    private final Function<VolumeId, Volume> volumes;
    private final Counters counters;
    private final int hot;
    private final long[] now;
    /** What a change under way makes of a block; only where {@link #busy}. */
    private final long[] next;

    private final BitSet busy = new BitSet();

    /** What all loads share. */
    static final class Counters {
        long stamps;
        long changes;
        long reads;
        long refused;
        long sharedBlocks;
        int underWay;
    }

    /** @param hot of how many blocks nearly all changes are */
    DayLoad(VolumeId id, int blocks, int hot, Random random, Function<VolumeId, Volume> volumes, Counters counters) {
        this.id = id;
        this.random = random;
        this.volumes = volumes;
        this.counters = counters;
        this.hot = hot;
        now = new long[blocks];
        next = new long[blocks];
    }

    VolumeId id() {
        return id;
    }

    int blocks() {
        return now.length;
    }

    /** What it holds; nothing may be under way. */
    long[] content() {
        return now.clone();
    }

    private Volume volume() {
        return volumes.apply(id);
    }

    /** Starts one request. */
    void step(List<DayLoad> all) {
        int count = 1 + random.nextInt(MOST_BLOCKS);
        boolean cold = random.nextInt(200) == 0;
        int at = random.nextInt((cold ? now.length : hot) - count + 1);
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4, 5, 6, 7, 8 -> write(at, count);
            case 9 -> zeros(at, count);
            case 10, 11 -> unmap(at, count);
            case 12 -> share(all.get(random.nextInt(all.size())), at, count);
            default -> read(random.nextInt(now.length - count + 1), count);
        }
    }

    private boolean isFree(int at, int count) {
        return busy.get(at, at + count).isEmpty();
    }

    /** Fills all of it. */
    void write(int at, int count) {
        if (!isFree(at, count)) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocateDirect(count * BLOCK);
        for (int i = 0; i < count; i++) {
            next[at + i] = ++counters.stamps;
            while (bytes.position() < (i + 1) * BLOCK) {
                bytes.putLong(counters.stamps);
            }
        }
        volume().write((long) at * SECTORS, bytes.flip(), false, begun(at, count));
    }

    private void zeros(int at, int count) {
        if (isFree(at, count)) {
            Arrays.fill(next, at, at + count, 0);
            volume().writeZeros(range(at, count), false, begun(at, count));
        }
    }

    private void unmap(int at, int count) {
        if (isFree(at, count)) {
            Arrays.fill(next, at, at + count, 0);
            Completion ended = begun(at, count);
            volume().unmap(List.of(range(at, count)), (status, detail) -> {
                if (status == EngineStatus.SPACE_EXHAUSTED) {
                    throw new SimProblem("I19: UNMAP gives room back and ended with " + status);
                }
                ended.done(status, detail);
            });
        }
    }

    private static BlockRange range(int at, int count) {
        return new BlockRange((long) at * SECTORS, (long) count * SECTORS);
    }

    private Completion begun(int at, int count) {
        busy.set(at, at + count);
        counters.underWay++;
        counters.changes++;
        return (status, detail) -> ended(at, count, changed(status, count));
    }

    private void ended(int at, int count, int changed) {
        System.arraycopy(next, at, now, at, changed);
        busy.clear(at, at + count);
        counters.underWay--;
    }

    private int changed(EngineStatus status, int count) {
        return switch (status) {
            case OK -> count;
            case BUSY, SPACE_EXHAUSTED -> {
                counters.refused++;
                yield 0;
            }
            default -> throw new SimProblem("a change of volume " + id + " ended with " + status);
        };
    }

    /** Shows blocks of another volume, or of itself, instead of copying them. */
    private void share(DayLoad from, int at, int count) {
        int first = random.nextInt(from.now.length - count + 1);
        boolean apart = from != this || Math.abs(first - at) >= count;
        if (!apart || !isFree(at, count) || !from.isFree(first, count)) {
            return;
        }
        System.arraycopy(from.now, first, next, at, count);
        // Changed meanwhile, the source might show in it or not.
        from.busy.set(first, first + count);
        busy.set(at, at + count);
        counters.underWay++;
        counters.changes++;
        volume().share(from.volume(), (long) first * SECTORS, range(at, count), (status, detail) -> {
            int done = changed(status, (int) detail / SECTORS);
            counters.sharedBlocks += done;
            from.busy.clear(first, first + count);
            ended(at, count, done);
        });
    }

    private void read(int at, int count) {
        if (!isFree(at, count)) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocateDirect(count * BLOCK);
        busy.set(at, at + count);
        System.arraycopy(now, at, next, at, count);
        counters.underWay++;
        counters.reads++;
        volume().read((long) at * SECTORS, bytes, (status, detail) -> {
            if (status == EngineStatus.OK) {
                compare("volume " + id, bytes, at, Arrays.copyOfRange(now, at, at + count));
            } else if (status != EngineStatus.BUSY) {
                throw new SimProblem("a read of volume " + id + " ended with " + status);
            }
            ended(at, count, 0);
        });
    }

    /** These bytes of a volume or moment must be whole blocks of these stamps. */
    static void compare(String what, ByteBuffer bytes, int at, long[] expected) {
        for (int i = 0; i < expected.length; i++) {
            long found = stamp(bytes, i);
            if (found != expected[i]) {
                throw new SimProblem(what + " block " + (at + i) + " holds " + found + ", not " + expected[i]);
            }
        }
    }

    private static long stamp(ByteBuffer bytes, int block) {
        long first = bytes.getLong(block * BLOCK);
        for (int at = block * BLOCK; at < (block + 1) * BLOCK; at += Long.BYTES) {
            if (bytes.getLong(at) != first) {
                throw new SimProblem("block " + block + " of a read is not whole");
            }
        }
        return first;
    }

    /** All of it was read: what was under way when power was lost has happened or not, from now on it is known. */
    void judge(ByteBuffer all) {
        for (int i = 0; i < now.length; i++) {
            long found = stamp(all, i);
            if (found != now[i] && !(busy.get(i) && found == next[i])) {
                throw new SimProblem("volume " + id + " block " + i + " holds " + found + ", not " + now[i]
                        + (busy.get(i) ? " or " + next[i] : ""));
            }
            now[i] = found;
        }
        busy.clear();
    }
}
