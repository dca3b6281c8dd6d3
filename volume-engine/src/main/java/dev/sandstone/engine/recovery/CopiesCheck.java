package dev.sandstone.engine.recovery;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.map.BlockMap;
import dev.sandstone.engine.map.HeadRun;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * Whether the bytes of a run are as the map's checksums say, in every copy (I2, I8, I25): else the loss of another copy
 * would change an answer. Reads many blocks at once, and block by block where the disk refuses that.
 *
 * <p>Blocks; one thread at a time.
 */
final class CopiesCheck {
    private static final int BLOCK = BlockMap.BLOCK_BYTES;
    private static final int PIECE_BLOCKS = 64;

    private final SegmentStore store;
    private final Consumer<String> problems;
    private final Consumer<String> damages;
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer piece =
            ByteBuffer.allocateDirect((PIECE_BLOCKS + 1) * BLOCK).alignedSlice(BLOCK);

    /**
     * @param problems told of a segment that is nowhere
     * @param damages told of each block and copy that is not as it must be
     */
    CopiesCheck(SegmentStore store, Consumer<String> problems, Consumer<String> damages) {
        this.store = store;
        this.problems = problems;
        this.damages = damages;
    }

    /** Checks all blocks of a run that has data. */
    void verify(HeadRun run) {
        int blocks = run.checksums().length;
        int copies = store.copies(Pointer.segment(run.pointer()));
        if (copies == 0) {
            for (int i = 0; i < blocks; i++) {
                problems.accept("I2: " + what(run, i) + ": no disk has the segment");
            }
        }
        boolean several = Integer.bitCount(copies) > 1;
        for (int left = copies; left != 0; left &= left - 1) {
            int copy = Integer.numberOfTrailingZeros(left);
            String rule = several ? "I25: copy " + copy + " of " : "I8: ";
            for (int from = 0; from < blocks; from += PIECE_BLOCKS) {
                int size = Math.min(PIECE_BLOCKS, blocks - from);
                if (read(run, copy, from, size)) {
                    for (int i = 0; i < size; i++) {
                        compare(rule, run, from + i, i * BLOCK);
                    }
                } else {
                    oneByOne(rule, run, copy, from, size);
                }
            }
        }
    }

    /** The block of a run, for a line. */
    static String what(HeadRun run, int index) {
        return "lineage " + run.lineage() + " block " + (run.block() + index) + " at "
                + Pointer.describe(Pointer.plus(run.pointer(), index));
    }

    private boolean read(HeadRun run, int copy, int from, int size) {
        try {
            fill(run, copy, from, size);
            return true;
        } catch (StoreException unreadable) {
            return false;
        }
    }

    private void fill(HeadRun run, int copy, int from, int size) throws StoreException {
        int offset = Pointer.grain(Pointer.plus(run.pointer(), from)) * Pointer.GRAIN_BYTES;
        piece.clear().limit(size * BLOCK);
        store.readCopyNow(Pointer.segment(run.pointer()), copy, offset, piece);
    }

    private void oneByOne(String rule, HeadRun run, int copy, int from, int size) {
        for (int i = from; i < from + size; i++) {
            try {
                fill(run, copy, i, 1);
                compare(rule, run, i, 0);
            } catch (StoreException e) {
                damages.accept(rule + what(run, i) + ": cannot be read: " + e.getMessage());
            }
        }
    }

    private void compare(String rule, HeadRun run, int index, int at) {
        crc.reset();
        crc.update(piece.slice(at, BLOCK));
        if ((int) crc.getValue() != run.checksums()[index]) {
            damages.accept(rule + what(run, index) + ": the bytes differ from the checksum");
        }
    }
}
