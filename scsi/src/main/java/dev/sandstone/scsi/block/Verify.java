package dev.sandstone.scsi.block;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.UnitCommand;
import java.nio.ByteBuffer;

/**
 * VERIFY(10), (12), (16) (SBC-3 5.30 to 5.32): the medium can be read (BYTCHK 0), holds the Data-Out (1), or holds its one
 * block in each block (3).
 */
final class Verify {
    private static final int READABLE = 0;
    private static final int EQUAL = 1;
    private static final int RESERVED = 2;

    private Verify() {}

    static void start(UnitCommand command) {
        Cdb cdb = command.cdb();
        int byteCheck = cdb.bits(1, 2, 1);
        if (byteCheck == RESERVED) {
            throw cdb.invalid(1, 2);
        }
        long blocks = BlockCdb.checkedTransfer(command);
        if (blocks == 0) {
            command.good();
        } else if (byteCheck == READABLE) {
            MediumCheck.attach(command, null);
            check(command);
        } else {
            command.dataOut(byteCheck == EQUAL ? BlockCdb.bytes(blocks) : BlockLimits.BLOCK_BYTES, Verify::received);
        }
    }

    private static void received(UnitCommand command, ByteBuffer data) {
        MediumCheck.attach(command, data);
        check(command);
    }

    private static void check(UnitCommand command) {
        if (Read.isWriteBack(command)) {
            command.flush(MediumCheck::run);
        } else {
            MediumCheck.run(command);
        }
    }
}
