package dev.sandstone.engine.sim;

import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Volume;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * Copies by reference one behind the other, each begun when the one before has its place, within and between two ranges that
 * nobody else touches: what one makes others show, and make again. They come to be in their order, so after a loss of power
 * the ranges are as they were after one of them, and not before the last that had ended.
 */
final class ShareChain {
    private static final int SECTORS = 8;
    private static final int LONGEST = 8;

    /** A range of a volume. */
    record Ground(ShareSimulation.Subject subject, int from, int count) {}

    private final Random random;
    private final Function<ShareSimulation.Subject, Volume> volumes;
    private final Ground[] grounds;
    private final Runnable finished;
    /** What the blocks of both ranges hold, one behind the other, at first and after each copy that has its place. */
    private final List<long[]> states = new ArrayList<>();

    private int left;
    private int durable;
    private int underWay;
    private long shared;

    /** @param finished told when all have ended and the blocks are what they are */
    ShareChain(
            Random random,
            Function<ShareSimulation.Subject, Volume> volumes,
            Ground first,
            Ground second,
            Runnable finished) {
        this.random = random;
        this.volumes = volumes;
        this.finished = finished;
        grounds = new Ground[] {first, second};
        left = 2 + random.nextInt(LONGEST - 1);
        long[] now = new long[first.count + second.count];
        System.arraycopy(first.subject.now, first.from, now, 0, first.count);
        System.arraycopy(second.subject.now, second.from, now, first.count, second.count);
        states.add(now);
    }

    /** Blocks that were shared. */
    long shared() {
        return shared;
    }

    void start() {
        for (Ground ground : grounds) {
            ground.subject.busy.set(ground.from, ground.from + ground.count);
        }
        next();
    }

    private void next() {
        while (left > 0) {
            left--;
            int to = random.nextInt(2);
            int from = random.nextInt(2);
            int count = 1 + random.nextInt(Math.min(grounds[to].count, grounds[from].count));
            int first = random.nextInt(grounds[from].count - count + 1);
            int at = random.nextInt(grounds[to].count - count + 1);
            if (from != to || Math.abs(first - at) >= count) {
                begin(grounds[from], first, grounds[to], at, count);
                return;
            }
        }
        if (underWay == 0) {
            finish();
        }
    }

    private void begin(Ground source, int first, Ground target, int at, int count) {
        underWay++;
        Link link = new Link(count, cell(source, first), cell(target, at));
        BlockRange range = new BlockRange((long) (target.from + at) * SECTORS, (long) count * SECTORS);
        Volume from = volumes.apply(source.subject);
        volumes.apply(target.subject)
                .share(from, (long) (source.from + first) * SECTORS, range, link::placed, link::ended);
    }

    private int cell(Ground ground, int index) {
        return (ground.equals(grounds[0]) ? 0 : grounds[0].count) + index;
    }

    /** One copy of the chain. */
    private final class Link {
        private final int count;
        private final int source;
        private final int target;
        private int blocks;
        private int place;

        Link(int count, int source, int target) {
            this.count = count;
            this.source = source;
            this.target = target;
        }

        void placed(long sectors) {
            blocks = (int) sectors / SECTORS;
            if (place != 0 || blocks == 0 || blocks > count) {
                throw new SimProblem("of " + count + " blocks " + blocks + " have a place, after " + place);
            }
            long[] now = states.get(states.size() - 1).clone();
            System.arraycopy(now, source, now, target, blocks);
            place = states.size();
            states.add(now);
            next();
        }

        void ended(EngineStatus status, long sectors) {
            underWay--;
            boolean refused = status == EngineStatus.BUSY || status == EngineStatus.SPACE_EXHAUSTED;
            if (place == 0) {
                if (!refused && !(status == EngineStatus.OK && sectors == 0)) {
                    throw new SimProblem("a copy without a place ended with " + status + " and " + sectors);
                }
                next();
                return;
            }
            if (status != EngineStatus.OK || sectors != (long) blocks * SECTORS || place != durable + 1) {
                throw new SimProblem(
                        "copy " + place + " after " + durable + " ended with " + status + " and " + sectors);
            }
            durable = place;
            shared += blocks;
            if (left == 0 && underWay == 0) {
                finish();
            }
        }
    }

    private void finish() {
        show(states.get(states.size() - 1), false);
        for (Ground ground : grounds) {
            ground.subject.busy.clear(ground.from, ground.from + ground.count);
        }
        finished.run();
    }

    private void show(long[] cells, boolean asNext) {
        int at = 0;
        for (Ground ground : grounds) {
            long[] into = asNext ? ground.subject.next : ground.subject.now;
            System.arraycopy(cells, at, into, ground.from, ground.count);
            at += ground.count;
        }
    }

    /** The power was lost meanwhile: one of the states is there. */
    void crashed() {
        long[] found = new long[grounds[0].count + grounds[1].count];
        int at = 0;
        for (Ground ground : grounds) {
            System.arraycopy(ground.subject.found, ground.from, found, at, ground.count);
            at += ground.count;
        }
        if (states.subList(durable, states.size()).stream().noneMatch(state -> Arrays.equals(state, found))) {
            throw new SimProblem("copies one behind the other left " + Arrays.toString(found)
                    + ", which is not what any of them left from number " + durable + " on: "
                    + states.stream().map(Arrays::toString).toList());
        }
        show(found, true);
    }
}
