package dev.sandstone.engine.store;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Appends to a slot where the file was never written, and writes zeros ahead of that in large pieces.
 *
 * <p>A file system notes of each part of a file whether it was ever written. The first durable write of a part waits until that
 * note is durable too, which may take longer than the write; one write of zeros does it for the next hundred appends. Zeros are
 * what reads as there anyway, so whatever a crash leaves of them, nothing has changed.
 *
 * <p>Only where appends leave time for it: one that comes where zeros are just being written waits for these, and after it no more
 * are written in this slot.
 *
 * <p>Confined to the loop. Offsets are in the slot, in bytes.
 */
final class ZeroAhead {
    /** Of zeros: a hundred small appends, and soon written. */
    private static final int PIECE_BYTES = 512 << 10;
    /** So near the end of the zeros the next ones are written. */
    private static final int NEAR_BYTES = PIECE_BYTES / 2;
    /** So much is left to appends that come while zeros are written: as many as one who waits for each of them makes meanwhile. */
    private static final int GAP_BYTES = 128 << 10;

    private static final ByteBuffer ZEROS = SuperblockCopies.aligned(PIECE_BYTES);

    private final FileIo io;
    private final int slot;
    private final long slotAt;
    private final int slotBytes;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    /** Zeros are being written from here on, if {@link #underWay}. */
    private int begun;
    /** Up to here zeros are written, or being written. */
    private int end;

    private boolean underWay;
    private boolean ended;

    /** @param slotAt where in the file the slot begins */
    ZeroAhead(FileIo io, int slot, long slotAt, int slotBytes) {
        this.io = io;
        this.slot = slot;
        this.slotAt = slotAt;
        this.slotBytes = slotBytes;
    }

    int slot() {
        return slot;
    }

    /** Whether nothing is under way, and no zeros will be. */
    boolean isOver() {
        return ended && !underWay;
    }

    /** Writes what comes behind all that was appended before. */
    void append(int offset, ByteBuffer bytes, StoreDone done) {
        int behind = offset + bytes.remaining();
        if (underWay && meets(offset, behind)) {
            ended = true;
            waiting.add(() -> io.write(slotAt + offset, bytes, done));
            return;
        }
        io.write(slotAt + offset, bytes, done);
        prepare(behind);
    }

    private boolean meets(int from, int to) {
        return from < end && to > begun;
    }

    /** Writes zeros some way behind what is appended so far, if those that are there are used up soon. */
    private void prepare(int appended) {
        if (ended || underWay || end - appended > NEAR_BYTES) {
            return;
        }
        begun = Math.max(end, appended + GAP_BYTES);
        end = Math.min(slotBytes, begun + PIECE_BYTES);
        if (begun >= end) {
            ended = true;
            return;
        }
        underWay = true;
        io.write(slotAt + begun, ZEROS.duplicate().limit(end - begun), this::written);
    }

    /** An append will meet the same failure, and tell it. */
    private void written(@Nullable StoreException failure) {
        underWay = false;
        ended |= failure != null;
        for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
            next.run();
        }
    }

    /** Writes no more zeros; the task is run when none are under way. */
    void end(Runnable task) {
        ended = true;
        if (underWay) {
            waiting.add(task);
        } else {
            task.run();
        }
    }
}
