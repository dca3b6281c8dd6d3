package dev.sandstone.scsi.block;

import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.scsi.command.UnitCommand;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Writes one block over a range, piece by piece in bounded memory. Attached to its command. */
final class PatternFill {
    private final ByteBuffer piece;
    private final int pieceBlocks;
    private long next;
    private final long end;

    private PatternFill(BlockRange range, ByteBuffer piece) {
        this.piece = piece;
        this.pieceBlocks = piece.limit() >>> BlockLimits.BLOCK_SHIFT;
        this.next = range.lba();
        this.end = range.end();
    }

    static void start(UnitCommand command, BlockRange range, ByteBuffer block) {
        long bytes = range.blocks() << BlockLimits.BLOCK_SHIFT;
        ByteBuffer piece = command.scratch((int) Math.min(bytes, UnitCommand.SCRATCH_BYTES));
        for (int at = 0; at < piece.limit(); at += BlockLimits.BLOCK_BYTES) {
            piece.put(at, block, block.position(), BlockLimits.BLOCK_BYTES);
        }
        command.attach(new PatternFill(range, piece));
        run(command);
    }

    private static void run(UnitCommand command) {
        PatternFill fill = (PatternFill) Objects.requireNonNull(command.attachment());
        long left = fill.end - fill.next;
        if (left == 0) {
            command.good();
            return;
        }
        int blocks = (int) Math.min(left, fill.pieceBlocks);
        fill.piece.clear().limit(BlockCdb.bytes(blocks));
        long at = fill.next;
        fill.next += blocks;
        command.write(at, fill.piece, false, PatternFill::run);
    }
}
