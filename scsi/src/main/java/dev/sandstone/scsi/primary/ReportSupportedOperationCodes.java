package dev.sandstone.scsi.primary;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.CommandRow;
import dev.sandstone.scsi.command.CommandTable;
import dev.sandstone.scsi.command.DeviceCommand;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * REPORT SUPPORTED OPERATION CODES (SPC-4 6.35), read from the command table itself. Timeout descriptors (RCTD) say zero in all
 * their fields: no timeout is indicated.
 */
final class ReportSupportedOperationCodes {
    private static final int OPTIONS = 2;
    private static final int RCTD = 7;
    private static final int REQUESTED_OPCODE = 3;
    private static final int ALL = 0;
    private static final int WITHOUT_SERVICE_ACTION = 1;
    private static final int WITH_SERVICE_ACTION = 2;
    private static final int EITHER = 3;

    private static final int SERVACTV = 0x01;
    private static final int CTDP_OF_LIST = 0x02;
    private static final int CTDP_OF_ONE = 0x80;
    private static final int NOT_SUPPORTED = 1;
    private static final int SUPPORTED = 3;
    private static final int DESCRIPTOR_BYTES = 8;
    private static final int TIMEOUTS_BYTES = 12;

    private ReportSupportedOperationCodes() {}

    static void start(DeviceCommand command) {
        Cdb cdb = command.cdb();
        boolean timeouts = cdb.bit(OPTIONS, RCTD);
        byte[] data = cdb.bits(OPTIONS, 2, 0) == ALL
                ? all(command.table().rows(), timeouts)
                : one(find(cdb, command.table()), timeouts);
        command.good(data, cdb.u32(6));
    }

    private static byte[] all(List<CommandRow> served, boolean timeouts) {
        List<CommandRow> rows = served.stream().filter(row -> !row.unlisted()).toList();
        int each = DESCRIPTOR_BYTES + (timeouts ? TIMEOUTS_BYTES : 0);
        ByteBuffer data = ByteBuffer.allocate(4 + rows.size() * each);
        data.putInt(rows.size() * each);
        for (CommandRow row : rows) {
            data.put((byte) row.opcode()).put((byte) 0);
            data.putShort((short) (row.hasServiceAction() ? row.serviceAction() : 0));
            data.put((byte) 0);
            data.put((byte) ((row.hasServiceAction() ? SERVACTV : 0) | (timeouts ? CTDP_OF_LIST : 0)));
            data.putShort((short) row.cdbLength());
            if (timeouts) {
                putTimeouts(data);
            }
        }
        return data.array();
    }

    private static byte[] one(@Nullable CommandRow row, boolean timeouts) {
        if (row == null) {
            return new byte[] {0, NOT_SUPPORTED, 0, 0};
        }
        byte[] usage = row.usage();
        ByteBuffer data = ByteBuffer.allocate(4 + usage.length + (timeouts ? TIMEOUTS_BYTES : 0));
        data.put((byte) 0);
        data.put((byte) (SUPPORTED | (timeouts ? CTDP_OF_ONE : 0)));
        data.putShort((short) usage.length);
        data.put(usage);
        if (timeouts) {
            putTimeouts(data);
        }
        return data.array();
    }

    /** The row asked for; asking for a service action of a command without, or the other way round, answers 24/00. */
    private static @Nullable CommandRow find(Cdb cdb, CommandTable table) {
        int opcode = cdb.u8(REQUESTED_OPCODE);
        int serviceAction = cdb.u16(4);
        CommandRow plain = table.findPlain(opcode);
        return switch (cdb.bits(OPTIONS, 2, 0)) {
            case WITHOUT_SERVICE_ACTION -> {
                if (table.hasServiceActions(opcode)) {
                    throw cdb.invalid(REQUESTED_OPCODE);
                }
                yield plain;
            }
            case WITH_SERVICE_ACTION -> {
                if (plain != null) {
                    throw cdb.invalid(REQUESTED_OPCODE);
                }
                yield table.find(opcode, serviceAction);
            }
            case EITHER -> plain == null ? table.find(opcode, serviceAction) : serviceAction == 0 ? plain : null;
            default -> throw cdb.invalid(OPTIONS, 2);
        };
    }

    private static void putTimeouts(ByteBuffer data) {
        data.putShort((short) (TIMEOUTS_BYTES - 2))
                .putShort((short) 0)
                .putInt(0)
                .putInt(0);
    }
}
