package dev.sandstone.scsi.block;

import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.Step;
import dev.sandstone.scsi.command.UnitCommand;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * WRITE SAME(10) and (16) (SBC-3 5.42, 5.43). Blocks read as the one that came, afterwards: zeros take no data space, and are
 * unmapped with the UNMAP bit; any other block is written as often as asked for, with the UNMAP bit too, as what is unmapped
 * reads as zeros. The command as a whole is not atomic, its pieces are.
 *
 * <p>WRITE SAME(10) with the UNMAP bit unmaps whatever the block says: suites send a block of ones and expect zeros, and an
 * initiator that wants its data written sets no such bit.
 */
final class WriteSame {
    private static final int UNMAP = 3;
    private static final int WRITE_SAME_10 = 0x41;
    private static final int NDOB = 0;

    private WriteSame() {}

    static void start(UnitCommand command) {
        BlockRange range = range(command);
        if (range.blocks() == 0) {
            command.good();
        } else if (command.cdb().bit(1, NDOB)) {
            zero(command, range);
        } else {
            BlockCdb.requireDataOut(command, BlockLimits.BLOCK_BYTES);
            command.dataOut(BlockLimits.BLOCK_BYTES, WriteSame::received);
        }
    }

    private static void received(UnitCommand command, ByteBuffer data) {
        BlockRange range = range(command);
        boolean unmapsAnything =
                command.cdb().opcode() == WRITE_SAME_10 && command.cdb().bit(1, UNMAP);
        if (unmapsAnything || isZero(data)) {
            zero(command, range);
        } else {
            PatternFill.start(command, range, data);
        }
    }

    private static void zero(UnitCommand command, BlockRange range) {
        if (command.cdb().bit(1, UNMAP)) {
            command.unmap(List.of(range), Step.GOOD);
        } else {
            command.writeZeros(range, false, Step.GOOD);
        }
    }

    /** NUMBER OF LOGICAL BLOCKS zero means to the end of the volume, as WSNZ is zero. */
    private static BlockRange range(UnitCommand command) {
        Cdb cdb = command.cdb();
        long lba = BlockCdb.lba(cdb);
        long blocks = BlockCdb.blocks(cdb);
        BlockCdb.requireInside(command, lba, 0);
        long effective = blocks == 0 ? command.unit().volume().blocks() - lba : blocks;
        BlockCdb.requireAtMost(cdb, effective, BlockLimits.MAX_WRITE_SAME);
        BlockCdb.requireInside(command, lba, effective);
        return new BlockRange(lba, effective);
    }

    private static boolean isZero(ByteBuffer block) {
        for (int at = block.position(); at < block.limit(); at += Long.BYTES) {
            if (block.getLong(at) != 0) {
                return false;
            }
        }
        return true;
    }
}
