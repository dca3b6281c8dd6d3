package dev.sandstone.scsi.primary;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.Step;
import dev.sandstone.scsi.command.UnitCommand;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.CheckCondition;
import dev.sandstone.scsi.unit.UnitAttention;
import dev.sandstone.scsi.unit.UnitMemory;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;

/**
 * REPORT and SET IDENTIFYING INFORMATION (SPC-4 6.32, 6.43): a name an initiator gives the unit, as bytes (type 0) or as text
 * (type 2). Kept with the volume before the command ends.
 */
final class IdentifyingInformation {
    private static final int LENGTH = 6;
    private static final int TYPE = 10;
    private static final int BYTES = 0;
    private static final int TEXT = 2;
    private static final int SUPPORTED_TYPES = 0x7F;

    private IdentifyingInformation() {}

    static void report(UnitCommand command) {
        Cdb cdb = command.cdb();
        byte[] information = switch (cdb.bits(TYPE, 7, 1)) {
            case BYTES -> command.unit().memory().information();
            case TEXT -> command.unit().memory().text();
            case SUPPORTED_TYPES -> supported();
            default -> throw cdb.invalid(TYPE, 7);
        };
        ByteBuffer data = ByteBuffer.allocate(4 + information.length);
        data.putShort((short) 0).putShort((short) information.length).put(information);
        command.good(data.array(), cdb.u32(LENGTH));
    }

    private static byte[] supported() {
        ByteBuffer types = ByteBuffer.allocate(8);
        types.put((byte) (BYTES << 1)).put((byte) 0).putShort((short) UnitMemory.MOST_INFORMATION_BYTES);
        types.put((byte) (TEXT << 1)).put((byte) 0).putShort((short) UnitMemory.MOST_TEXT_BYTES);
        return types.array();
    }

    static void set(UnitCommand command) {
        Cdb cdb = command.cdb();
        long length = cdb.u32(LENGTH);
        int type = cdb.bits(TYPE, 7, 1);
        if (type != BYTES && type != TEXT) {
            throw cdb.invalid(TYPE, 7);
        }
        if (length > (type == BYTES ? UnitMemory.MOST_INFORMATION_BYTES : UnitMemory.MOST_TEXT_BYTES)) {
            throw CheckCondition.illegal(AdditionalSense.PARAMETER_LIST_LENGTH_ERROR);
        }
        command.dataOut((int) length, IdentifyingInformation::received);
    }

    private static void received(UnitCommand command, ByteBuffer data) {
        byte[] bytes = new byte[data.remaining()];
        data.get(data.position(), bytes);
        boolean text = command.cdb().bits(TYPE, 7, 1) == TEXT;
        if (text && bytes.length > 0 && bytes[bytes.length - 1] != 0) {
            // A text ends with a null (SPC-4 6.42).
            throw CheckCondition.illegal(AdditionalSense.INVALID_FIELD_IN_PARAMETER_LIST);
        }
        UnaryOperator<UnitMemory.Facts> change = facts -> text ? facts.text(bytes) : facts.information(bytes);
        command.perform(done -> command.unit().memory().change(change, done), IdentifyingInformation::changed);
    }

    private static void changed(UnitCommand command) {
        command.unit().attention(UnitAttention.IDENTIFIER_CHANGED, command.nexus());
        Step.GOOD.run(command);
    }
}
