package dev.sandstone.scsi.block;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.UnitCommand;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.CheckCondition;

/**
 * The fields that block commands of 6, 10, 12 and 16 bytes share (SBC-3 5.8 and on), and the checks on them.
 *
 * <pre>
 *   bytes   LOGICAL BLOCK ADDRESS       TRANSFER LENGTH
 *     6     byte 1 bit 4 to byte 3      byte 4, 0 means 256
 *    10     bytes 2 to 5                bytes 7 and 8
 *    12     bytes 2 to 5                bytes 6 to 9
 *    16     bytes 2 to 9                bytes 10 to 13
 * </pre>
 */
final class BlockCdb {
    // The group code, the top three bits of the operation code, tells the length (SPC-4 4.2.5.1).
    private static final int GROUP_6 = 0;
    private static final int GROUP_16 = 4;
    private static final int GROUP_12 = 5;

    private BlockCdb() {}

    /** LOGICAL BLOCK ADDRESS; negative when above 2^63. */
    static long lba(Cdb cdb) {
        return switch (group(cdb)) {
            case GROUP_6 -> cdb.u24(1) & 0x1F_FFFF;
            case GROUP_16 -> cdb.u64(2);
            default -> cdb.u32(2);
        };
    }

    /** TRANSFER LENGTH, NUMBER OF LOGICAL BLOCKS or VERIFICATION LENGTH, in blocks. */
    static long blocks(Cdb cdb) {
        return switch (group(cdb)) {
            case GROUP_6 -> cdb.u8(4) == 0 ? 256 : cdb.u8(4);
            case GROUP_12 -> cdb.u32(6);
            case GROUP_16 -> cdb.u32(10);
            default -> cdb.u16(7);
        };
    }

    /** FUA; the commands of 6 bytes have none. */
    static boolean fua(Cdb cdb) {
        return group(cdb) != GROUP_6 && cdb.bit(1, 3);
    }

    /** The bytes of a transfer that was checked against {@link BlockLimits#MAX_TRANSFER}. */
    static int bytes(long blocks) {
        return Math.toIntExact(blocks << BlockLimits.BLOCK_SHIFT);
    }

    /** The length of a transfer that is not too long and inside the volume; zero is no error (SBC-3 5.8). */
    static long checkedTransfer(UnitCommand command) {
        Cdb cdb = command.cdb();
        long blocks = blocks(cdb);
        requireAtMost(cdb, blocks, BlockLimits.MAX_TRANSFER);
        requireInside(command, lba(cdb), blocks);
        return blocks;
    }

    /** 24/00 at the length field when it asks for more than the limit. */
    static void requireAtMost(Cdb cdb, long blocks, long limit) {
        if (blocks > limit) {
            throw cdb.invalid(lengthField(cdb));
        }
    }

    /** 21/00 unless the blocks are inside the volume; none at all may also stand right behind its last one. */
    static void requireInside(UnitCommand command, long lba, long blocks) {
        long capacity = command.unit().volume().blocks();
        if (lba < 0 || lba > capacity || blocks > capacity - lba) {
            throw CheckCondition.illegal(AdditionalSense.LOGICAL_BLOCK_ADDRESS_OUT_OF_RANGE);
        }
    }

    /** 0E/03 unless the initiator announced exactly so many bytes. */
    static void requireDataOut(UnitCommand command, int bytes) {
        if (command.dataOutBytes() != bytes) {
            throw CheckCondition.illegal(AdditionalSense.INVALID_FIELD_IN_COMMAND_INFORMATION_UNIT);
        }
    }

    private static int lengthField(Cdb cdb) {
        return switch (group(cdb)) {
            case GROUP_6 -> 4;
            case GROUP_12 -> 6;
            case GROUP_16 -> 10;
            default -> 7;
        };
    }

    private static int group(Cdb cdb) {
        return cdb.opcode() >>> 5;
    }
}
