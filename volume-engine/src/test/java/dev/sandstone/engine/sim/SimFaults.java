package dev.sandstone.engine.sim;

import dev.sandstone.engine.store.StoreException;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * When a simulated disk fails, and how long it takes. Nothing fails until told to.
 *
 * <p>Counting serves the exhaustive tests, chance the random ones.
 */
final class SimFaults {
    private static final long USUAL_NANOS = 400_000;
    private static final long STALL_NANOS = 900_000_000;

    private final Random random;
    private long writes;
    private long reads;
    private long allocations;
    private long failures;
    private long crashAtWrite = -1;
    private long failWriteAt = -1;
    private long failReadAt = -1;
    private long failAllocateAt = -1;
    private long diesAt = -1;
    private int readErrorOneIn;
    private int wrongReadOneIn;
    private int slowOneIn = 200;
    private int throwsIn = -1;
    private long extraNanos;
    private boolean lastWasWrong;

    SimFaults(Random random) {
        this.random = random;
    }

    /** Power is lost when the write of this number, from now on, is under way; the first is 0. */
    void crashAtWrite(long number) {
        crashAtWrite = writes + number;
    }

    /** How many writes there were. */
    long writes() {
        return writes;
    }

    void failWriteAt(long number) {
        failWriteAt = writes + number;
    }

    void failReadAt(long number) {
        failReadAt = reads + number;
    }

    void failAllocateAt(long number) {
        failAllocateAt = allocations + number;
    }

    /** One read in so many fails; 0 for none. */
    void readErrors(int oneIn) {
        readErrorOneIn = oneIn;
    }

    /** One read in so many has a wrong bit, for once; 0 for none. */
    void wrongReads(int oneIn) {
        wrongReadOneIn = oneIn;
    }

    /** The disk dies after so many operations. */
    void dieAfter(long operations) {
        diesAt = reads + writes + allocations + operations;
    }

    private boolean isDead() {
        return diesAt >= 0 && reads + writes + allocations >= diesAt;
    }

    /** Power stays on, nothing fails. */
    void none() {
        diesAt = -1;
        crashAtWrite = -1;
        failWriteAt = -1;
        failReadAt = -1;
        failAllocateAt = -1;
        readErrorOneIn = 0;
        wrongReadOneIn = 0;
    }

    /** How many operations were failed. */
    long failures() {
        return failures;
    }

    boolean crashNow() {
        return writes == crashAtWrite;
    }

    @Nullable
    StoreException onWrite() {
        boolean fails = isDead() || (failWriteAt >= 0 && writes >= failWriteAt);
        writes++;
        return fails ? failure(StoreException.Kind.IO, "simulated write error") : null;
    }

    /** A read throws, which is no answer at all: a defect of the store; so many before it do not. */
    void throwAfter(int looks) {
        throwsIn = looks;
    }

    /** Once for each look at the disk or its cache. */
    void look() {
        if (throwsIn >= 0 && throwsIn-- == 0) {
            throw new IllegalStateException("a simulated defect of the store");
        }
    }

    @Nullable
    StoreException onRead() {
        boolean counted = reads == failReadAt;
        reads++;
        boolean fails = isDead() || counted || (readErrorOneIn > 0 && random.nextInt(readErrorOneIn) == 0);
        return fails ? failure(StoreException.Kind.IO, "simulated read error") : null;
    }

    @Nullable
    StoreException onAllocate() {
        boolean fails = isDead() || (failAllocateAt >= 0 && allocations >= failAllocateAt);
        allocations++;
        return fails ? failure(StoreException.Kind.NO_SPACE, "simulated full file system") : null;
    }

    private StoreException failure(StoreException.Kind kind, String what) {
        failures++;
        return new StoreException(kind, what);
    }

    /** Which byte of a read is wrong; -1 for none. Never twice in a row, so that reading again helps. */
    int wrongByte(int length) {
        if (wrongReadOneIn == 0 || lastWasWrong || length == 0) {
            lastWasWrong = false;
            return -1;
        }
        lastWasWrong = random.nextInt(wrongReadOneIn) == 0;
        return lastWasWrong ? random.nextInt(length) : -1;
    }

    /** The cache is emptied. */
    void forget() {
        lastWasWrong = true;
    }

    long delayNanos() {
        if (random.nextInt(slowOneIn) == 0) {
            return extraNanos + random.nextLong(STALL_NANOS);
        }
        return extraNanos + 1 + random.nextLong(USUAL_NANOS);
    }

    /** All that is asked of the disk from now on takes so much longer. */
    void slow(long nanos) {
        extraNanos = nanos;
    }

    /** Now and then the disk stands still for almost a second. */
    void stalls(boolean often) {
        slowOneIn = often ? 20 : 200;
    }
}
