package dev.sandstone.scsi.block;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.UnitCommand;
import java.nio.ByteBuffer;

/**
 * READ CAPACITY(10) and (16) (SBC-3 5.15, 5.16). PMI and the LBA are obsolete there; as in SBC-2, an LBA without PMI is an error,
 * and with PMI the last block is the answer for each block of the volume, as no delay lies between.
 */
final class ReadCapacity {
    private static final int BYTES_10 = 8;
    private static final int BYTES_16 = 32;
    private static final int LBPME = 0x80;
    private static final int LBPRZ = 0x40;

    private ReadCapacity() {}

    static void start10(UnitCommand command) {
        Cdb cdb = command.cdb();
        requireAddress(command, cdb.u32(2), cdb.bit(8, 0));
        command.good(data10(command.unit().volume().blocks()), BYTES_10);
    }

    static void start16(UnitCommand command) {
        Cdb cdb = command.cdb();
        requireAddress(command, cdb.u64(2), cdb.bit(14, 0));
        int physical = command.unit().attributes().physicalBlockBytes();
        command.good(data16(command.unit().volume().blocks(), physical), cdb.u32(10));
    }

    private static void requireAddress(UnitCommand command, long lba, boolean pmi) {
        if (!pmi && lba != 0) {
            throw command.cdb().invalid(2);
        }
        BlockCdb.requireInside(command, lba, 1);
    }

    /** A last LBA that does not fit says FFFFFFFFh: ask with READ CAPACITY(16). */
    static byte[] data10(long blocks) {
        long last = Math.min(blocks - 1, 0xFFFF_FFFFL);
        return ByteBuffer.allocate(BYTES_10)
                .putInt((int) last)
                .putInt(BlockLimits.BLOCK_BYTES)
                .array();
    }

    static byte[] data16(long blocks, int physicalBlockBytes) {
        ByteBuffer data = ByteBuffer.allocate(BYTES_16);
        data.putLong(blocks - 1);
        data.putInt(BlockLimits.BLOCK_BYTES);
        data.put((byte) 0);
        // LOGICAL BLOCKS PER PHYSICAL BLOCK EXPONENT
        data.put((byte) Integer.numberOfTrailingZeros(physicalBlockBytes / BlockLimits.BLOCK_BYTES));
        data.put((byte) (LBPME | LBPRZ));
        return data.array();
    }
}
