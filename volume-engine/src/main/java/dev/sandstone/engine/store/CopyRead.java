package dev.sandstone.engine.store;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads a block whose bytes were wrong, or could not be read, once more: from each copy of the segment until one is as
 * the checksum says. The copies that were not are repaired with it.
 *
 * <p>Used again; confined to the store's loop.
 */
public final class CopyRead {
    private final SegmentStore store;
    private final CRC32C crc = new CRC32C();
    private final StoreDone arrived = this::arrived;
    private @Nullable ByteBuffer dst;
    private @Nullable StoreDone done;
    private long segment;
    private int offset;
    private int checksum;
    private int untried;
    private int bad;
    private int copy;

    public CopyRead(SegmentStore store) {
        this.store = store;
    }

    /**
     * Reads.
     *
     * @param into the place of one block, filled when the call back has no failure; position and limit stay
     * @param wanted CRC32C of the block
     * @param then told why no copy is right, or null
     */
    public void start(long ofSegment, int at, ByteBuffer into, int wanted, StoreDone then) {
        segment = ofSegment;
        offset = at;
        dst = into;
        checksum = wanted;
        done = then;
        bad = 0;
        untried = store.copies(ofSegment);
        if (untried == 0) {
            // The store says what is the matter.
            store.reread(segment, offset, into, arrived);
        } else {
            // First the one that was wrong: it may be right on the medium, and is to be repaired if not.
            next(into, store.preferredCopy(ofSegment));
        }
    }

    private void next(ByteBuffer into, int number) {
        copy = number;
        untried &= ~(1 << number);
        store.readCopy(segment, copy, offset, into, arrived);
    }

    private void arrived(@Nullable StoreException failure) {
        ByteBuffer into = dst;
        StoreDone then = done;
        if (into == null || then == null) {
            throw new IllegalStateException("no read is under way");
        }
        if (failure == null && sound(into)) {
            for (int left = bad; left != 0; left &= left - 1) {
                store.repair(segment, Integer.numberOfTrailingZeros(left), offset, into);
            }
            end(then, null);
            return;
        }
        bad |= 1 << copy;
        if (untried != 0) {
            next(into, Integer.numberOfTrailingZeros(untried));
        } else {
            end(
                    then,
                    failure != null
                            ? failure
                            : new StoreException(
                                    StoreException.Kind.DAMAGED,
                                    "no copy of segment " + segment + " has the right bytes at " + offset));
        }
    }

    private boolean sound(ByteBuffer bytes) {
        crc.reset();
        crc.update(bytes.duplicate());
        return (int) crc.getValue() == checksum;
    }

    private void end(StoreDone then, @Nullable StoreException failure) {
        dst = null;
        done = null;
        then.done(failure);
    }
}
