package dev.sandstone.scsi.unit;

import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.ExtentStatus;
import dev.sandstone.engine.volume.Volume;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Writes a pattern over the blocks of a range that hold data, a piece after the other. On the unit's loop; for one use. */
final class Overwrite {
    private static final int BLOCK_BYTES = 512;
    private static final int PIECE_BLOCKS = 512;
    private static final int MOST_EXTENTS = 256;

    private final Volume volume;
    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BLOCKS * BLOCK_BYTES);
    private final List<ExtentStatus> extents = new ArrayList<>();
    private Consumer<EngineStatus> done = status -> {};
    private long next;
    private long end;
    private long pieceEnd;

    Overwrite(Volume volume, byte[] pattern) {
        this.volume = volume;
        for (int at = 0; at < piece.capacity(); at++) {
            piece.put(at, pattern[at % BLOCK_BYTES % pattern.length]);
        }
    }

    void run(BlockRange range, Consumer<EngineStatus> whenDone) {
        done = whenDone;
        next = range.lba();
        end = range.end();
        ask();
    }

    private void ask() {
        if (next >= end) {
            done.accept(EngineStatus.OK);
            return;
        }
        extents.clear();
        volume.extents(new BlockRange(next, end - next), extents, MOST_EXTENTS, (status, detail) -> {
            if (status == EngineStatus.OK) {
                write();
            } else {
                done.accept(status);
            }
        });
    }

    /** What was asked for is written from {@link #next} on; when all of it is, asks for more. */
    private void write() {
        while (!extents.isEmpty() && (!extents.get(0).mapped() || extentEnd() <= next)) {
            next = Math.max(next, extentEnd());
            extents.remove(0);
        }
        if (extents.isEmpty()) {
            ask();
            return;
        }
        pieceEnd = Math.min(extentEnd(), next + PIECE_BLOCKS);
        piece.clear().limit((int) (pieceEnd - next) * BLOCK_BYTES);
        volume.write(next, piece, true, (status, detail) -> {
            if (status == EngineStatus.OK) {
                next = pieceEnd;
                write();
            } else {
                done.accept(status);
            }
        });
    }

    private long extentEnd() {
        return extents.get(0).lba() + extents.get(0).blocks();
    }
}
