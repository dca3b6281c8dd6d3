package dev.sandstone.engine.sim;

import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Volume;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Starts operations on one volume and tells its oracle what became of them.
 *
 * <p>Places favour what is hard: a hot region where operations overlap, the edges of leaves and of the volume, parts of
 * 4 KiB blocks.
 */
final class Workload {
    private static final int SECTORS_A_BLOCK = 8;
    private static final int MOST_COMPARED = 256;
    private static final int ATOMIC_SECTORS = 2048;

    private final Clock clock;
    private final VolumeOracle oracle;
    private final Volume volume;
    private final Random random;
    private final int mostSectors;
    private int stretch = 1;

    /** What all workloads of a simulation share. */
    static final class Clock {
        private static final boolean TRACE = Boolean.getBoolean("sandstone.sim.trace");

        private long tick = 1;
        private long operations;
        private int underWay;
        private int exhausted;
        private boolean ioErrors;
        private boolean readsMayFail;
        private final List<long[]> times = new ArrayList<>();

        /** So late it is now; told at each opening, after each jump, and now and then. */
        void time(long micros) {
            times.add(new long[] {tick, micros});
        }

        /** The tick that a moment at or before this time is not later than. */
        long latest(long micros) {
            for (int i = times.size() - 1; i >= 0; i--) {
                if (times.get(i)[1] <= micros) {
                    return i + 1 < times.size() ? times.get(i + 1)[0] : Long.MAX_VALUE;
                }
            }
            return 0;
        }

        /** With {@code -Dsandstone.sim.trace=true} says what happens. */
        void note(Object what) {
            if (TRACE) {
                System.out.println(tick + " " + what);
            }
        }

        long tick() {
            return ++tick;
        }

        long operation() {
            return ++operations;
        }

        long operations() {
            return operations;
        }

        int underWay() {
            return underWay;
        }

        void began() {
            underWay++;
        }

        void ended() {
            underWay--;
        }

        /** Whether the disk or the map fails now and then. */
        boolean failing() {
            return ioErrors || readsMayFail;
        }

        /** Whether an operation may end like this now. */
        boolean mayFail(EngineStatus status) {
            return (status == EngineStatus.IO_ERROR && (ioErrors || readsMayFail))
                    || (status == EngineStatus.MEDIUM_ERROR && readsMayFail);
        }

        int exhausted() {
            return exhausted;
        }

        /** Power was lost: nothing is under way any more. */
        void crashed() {
            underWay = 0;
            ioErrors = false;
        }

        /** From now on operations may fail, for the disk does. */
        void ioErrorsExpected(boolean writes, boolean reads) {
            ioErrors = writes;
            readsMayFail = reads;
        }
    }

    Workload(Clock clock, VolumeOracle oracle, Volume volume, Random random, int mostBytes) {
        this.clock = clock;
        this.oracle = oracle;
        this.volume = volume;
        this.random = random;
        this.mostSectors = mostBytes / Content.SECTOR;
    }

    /** Makes UNMAPs and zeros so many times as long as the other requests. */
    Workload blanks(int times) {
        stretch = times;
        return this;
    }

    VolumeOracle oracle() {
        return oracle;
    }

    Volume volume() {
        return volume;
    }

    /** Starts something. */
    void step() {
        int lba = place();
        int count = Math.min(oracle.blocks() - lba, size());
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4, 5, 6, 7, 8 -> write(lba, count, random.nextInt(5) == 0);
            case 9, 10, 11, 12 -> read(lba, count);
            case 13, 14 -> unmap(lba, blank(lba, count));
            case 15 -> zero(lba, blank(lba, count));
            case 16, 17, 18 -> compare(lba, Math.min(count, 1 + random.nextInt(24)));
            default -> flush();
        }
    }

    private int place() {
        int end = oracle.blocks();
        int lba = switch (random.nextInt(5)) {
            case 0 -> random.nextInt(end);
            case 1 -> random.nextInt(Math.min(end, 64));
            case 2 -> random.nextInt(end / SECTORS_A_BLOCK) * SECTORS_A_BLOCK;
            case 3 -> (random.nextInt(Math.min(end, 256)) / SECTORS_A_BLOCK) * SECTORS_A_BLOCK;
            default -> random.nextInt(end / 2048 + 1) * 2048 - random.nextInt(24);
        };
        return Math.clamp(lba, 0, end - 1);
    }

    private int size() {
        return switch (random.nextInt(5)) {
            case 0 -> 1 + random.nextInt(16);
            case 1, 2 -> SECTORS_A_BLOCK;
            case 3 -> SECTORS_A_BLOCK * (1 + random.nextInt(mostSectors / SECTORS_A_BLOCK));
            default -> 1 + random.nextInt(mostSectors);
        };
    }

    private int blank(int lba, int count) {
        return Math.min(oracle.blocks() - lba, stretch * count);
    }

    void write(int lba, int count, boolean fua) {
        Change change = change("write", lba, count, false, true);
        ByteBuffer bytes = Content.of(change.id(), lba, count);
        boolean strict = !oracle.writeBack();
        volume.write(lba, bytes, fua, (status, detail) -> ended(change, lba, count, fua || isStrict(strict), status));
    }

    /** The volume was durable when the operation began, and is when it ends. */
    private boolean isStrict(boolean before) {
        return before && !oracle.writeBack();
    }

    void unmap(int lba, int count) {
        boolean strict = !oracle.writeBack();
        Change change = change("unmap", lba, count, true, false);
        volume.unmap(List.of(new BlockRange(lba, count)), (status, detail) -> {
            boolean refused = status == EngineStatus.BUSY || status == EngineStatus.SPACE_EXHAUSTED;
            if (refused && !clock.ioErrors && !clock.readsMayFail) {
                throw new SimProblem("I19: " + change + " gives room back and ended with " + status);
            }
            ended(change, lba, count, isStrict(strict), status);
        });
    }

    void zero(int lba, int count) {
        Change change = change("write zeros", lba, count, true, count <= ATOMIC_SECTORS);
        boolean strict = !oracle.writeBack();
        volume.writeZeros(
                new BlockRange(lba, count),
                false,
                (status, detail) -> ended(change, lba, count, isStrict(strict), status));
    }

    private Change change(String what, int lba, int count, boolean zeros, boolean atomic) {
        String name = what + " " + lba + "+" + count;
        Change change = new Change(clock.operation(), name, zeros, atomic, clock.tick());
        oracle.begin(change, lba, count);
        clock.note(change + " of volume " + oracle.tag());
        clock.underWay++;
        return change;
    }

    private void ended(Change change, int lba, int count, boolean durable, EngineStatus status) {
        clock.underWay--;
        clock.note(change + " of volume " + oracle.tag() + " ends with " + status);
        switch (status) {
            case OK -> oracle.succeed(change, lba, count, durable, clock.tick());
            case BUSY, SPACE_EXHAUSTED -> {
                clock.exhausted += status == EngineStatus.SPACE_EXHAUSTED ? 1 : 0;
                if (!change.zeros()) {
                    oracle.refuse(change, lba, count);
                }
            }
            default -> failed(change.toString(), status);
        }
    }

    private void failed(String what, EngineStatus status) {
        if (!clock.mayFail(status)) {
            throw new SimProblem(what + " of volume " + oracle.tag() + " ended with " + status);
        }
    }

    void read(int lba, int count) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(count * Content.SECTOR);
        List<List<Change>> possible = oracle.possible(lba, count);
        long began = clock.tick();
        clock.underWay++;
        volume.read(lba, bytes, (status, detail) -> {
            clock.underWay--;
            if (status == EngineStatus.OK) {
                oracle.read(lba, bytes, possible, began);
            } else if (status != EngineStatus.BUSY) {
                failed("read " + lba + "+" + count, status);
            }
        });
    }

    void flush() {
        long began = clock.tick();
        clock.underWay++;
        volume.flush((status, detail) -> {
            clock.underWay--;
            if (status == EngineStatus.OK) {
                oracle.flushed(began);
            } else if (status != EngineStatus.BUSY) {
                failed("flush", status);
            }
        });
    }

    /** Reads, then lets some compare and write what was read: at most one may win. */
    void compare(int lba, int count) {
        int blocks = Math.min(count, MOST_COMPARED);
        ByteBuffer bytes = ByteBuffer.allocateDirect(blocks * Content.SECTOR);
        clock.underWay++;
        volume.read(lba, bytes, (status, detail) -> {
            clock.underWay--;
            if (status == EngineStatus.OK) {
                for (int rivals = 1 + random.nextInt(3); rivals > 0; rivals--) {
                    compareAndWrite(lba, bytes);
                }
            } else if (status != EngineStatus.BUSY) {
                failed("read " + lba + "+" + blocks, status);
            }
        });
    }

    void compareAndWrite(int lba, ByteBuffer expected) {
        int count = expected.remaining() / Content.SECTOR;
        long[] ids = new long[count];
        Arrays.setAll(ids, i -> Content.operation(expected, i * Content.SECTOR, lba + (long) i));
        boolean certain = oracle.settledOn(lba, ids);
        Change change = change("compare and write", lba, count, false, true);
        ByteBuffer fresh = Content.of(change.id(), lba, count);
        boolean fua = random.nextInt(4) == 0;
        boolean strict = !oracle.writeBack();
        volume.compareAndWrite(lba, expected, fresh, fua, (status, detail) -> {
            if (status == EngineStatus.OK) {
                oracle.consumed(lba, ids);
            }
            if (status == EngineStatus.MISCOMPARE) {
                clock.underWay--;
                clock.note(change + " of volume " + oracle.tag() + " miscompares");
                boolean alone = certain && oracle.onlyBegun(lba, count, change);
                oracle.refuse(change, lba, count);
                if (alone) {
                    throw new SimProblem(change + " did not find what volume " + oracle.tag() + " holds");
                }
            } else {
                ended(change, lba, count, fua || isStrict(strict), status);
            }
        });
    }

    /** Shows whole blocks of another volume, which nobody changes meanwhile, at the same place. */
    void share(Workload from, int lba, int count) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(count * Content.SECTOR);
        clock.underWay++;
        from.volume.read(lba, bytes, (status, detail) -> {
            clock.underWay--;
            if (status == EngineStatus.OK) {
                share(from, lba, bytes);
            } else if (status != EngineStatus.BUSY) {
                failed("read " + lba + "+" + count, status);
            }
        });
    }

    private void share(Workload from, int lba, ByteBuffer bytes) {
        int count = bytes.remaining() / Content.SECTOR;
        List<Shown> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long id = Content.operation(bytes, i * Content.SECTOR, (long) lba + i);
            Shown one = new Shown(
                    new Change(id, "copy of volume " + from.oracle.tag(), id == Content.ZERO, false, clock.tick()),
                    lba + i);
            oracle.begin(one.change, one.lba, 1);
            all.add(one);
        }
        clock.note("copy of " + lba + "+" + count + " from volume " + from.oracle.tag() + " to " + oracle.tag());
        clock.underWay++;
        volume.share(from.volume, lba, new BlockRange(lba, count), (status, detail) -> {
            clock.underWay--;
            if (status != EngineStatus.OK && status != EngineStatus.BUSY && status != EngineStatus.SPACE_EXHAUSTED) {
                failed("a copy by reference", status);
                return;
            }
            for (Shown one : all) {
                if (one.lba < lba + detail && status == EngineStatus.OK) {
                    oracle.succeed(one.change, one.lba, 1, true, clock.tick());
                } else {
                    oracle.refuse(one.change, one.lba, 1);
                }
            }
        });
    }

    /** A sector that shows what another volume holds. */
    private record Shown(Change change, int lba) {}
}
