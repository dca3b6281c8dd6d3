package dev.sandstone.engine.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Appends to the slots of a disk, of which some were never written before: in these, zeros go ahead ({@link ZeroAhead}).
 *
 * <p>Confined to the loop. Two or three slots are appended to at once.
 */
final class FreshSlots {
    private static final int HEADER_BYTES = SegmentStore.BLOCK_BYTES;

    private final FileIo io;
    private final int slotBytes;
    private final List<ZeroAhead> fresh = new ArrayList<>();

    FreshSlots(FileIo io, int slotBytes) {
        this.io = io;
        this.slotBytes = slotBytes;
    }

    /** A slot whose header was written is going to be appended to. */
    void begin(int slot, long at) {
        fresh.removeIf(ZeroAhead::isOver);
        if (io.isUnwritten(at + HEADER_BYTES, slotBytes - HEADER_BYTES)) {
            fresh.add(new ZeroAhead(io, slot, at, slotBytes));
        }
    }

    /** Writes into the slot that begins there what comes behind all that was appended before. */
    void append(int slot, long at, int offset, ByteBuffer bytes, StoreDone done) {
        ZeroAhead zeros = of(slot);
        if (zeros != null) {
            zeros.append(offset, bytes, done);
        } else {
            io.write(at + offset, bytes, done);
        }
    }

    /** Runs the task when nothing is written ahead of the slot any more, nor will be. */
    void end(int slot, Runnable task) {
        ZeroAhead zeros = of(slot);
        if (zeros != null) {
            zeros.end(task);
        } else {
            task.run();
        }
    }

    private @Nullable ZeroAhead of(int slot) {
        for (int i = 0; i < fresh.size(); i++) {
            if (fresh.get(i).slot() == slot) {
                return fresh.get(i);
            }
        }
        return null;
    }
}
