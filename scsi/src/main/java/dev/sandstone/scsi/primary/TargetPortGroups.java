package dev.sandstone.scsi.primary;

import dev.sandstone.scsi.access.AccessState;
import dev.sandstone.scsi.access.GroupStates;
import dev.sandstone.scsi.access.TargetPorts;
import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.cdb.ParameterList;
import dev.sandstone.scsi.command.UnitCommand;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.CheckCondition;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** REPORT TARGET PORT GROUPS and SET TARGET PORT GROUPS (SPC-4 6.37, 6.45). */
final class TargetPortGroups {
    private static final int LENGTH_ONLY = 0;
    private static final int EXTENDED = 1;
    private static final int LENGTH = 6;
    private static final int HEADER_BYTES = 4;
    private static final int DESCRIPTOR_BYTES = 4;
    private static final int MOST_BYTES = HEADER_BYTES + 0xFFFF * DESCRIPTOR_BYTES;

    /** AN_SUP and AO_SUP. */
    private static final int SUPPORTED_STATES = 0x03;

    private TargetPortGroups() {}

    static void report(UnitCommand command) {
        Cdb cdb = command.cdb();
        int format = cdb.bits(1, 7, 5);
        if (format != LENGTH_ONLY && format != EXTENDED) {
            throw cdb.invalid(1, 7);
        }
        TargetPorts ports = command.nexus().ports();
        ByteArrayOutputStream groups = new ByteArrayOutputStream();
        for (int group : ports.groups()) {
            groups.writeBytes(
                    descriptor(group, ports.portsOf(group), command.unit().access()));
        }
        int extra = format == EXTENDED ? HEADER_BYTES : 0;
        ByteBuffer data = ByteBuffer.allocate(HEADER_BYTES + extra + groups.size());
        data.putInt(extra + groups.size());
        if (format == EXTENDED) {
            // FORMAT TYPE 001b, IMPLICIT TRANSITION TIME 0: none is known to take time.
            data.putInt(0x1000_0000);
        }
        command.good(data.put(groups.toByteArray()).array(), cdb.u32(LENGTH));
    }

    private static byte[] descriptor(int group, List<Integer> ports, GroupStates states) {
        ByteBuffer data = ByteBuffer.allocate(8 + 4 * ports.size());
        data.put((byte) states.state(group).code()).put((byte) SUPPORTED_STATES).putShort((short) group);
        data.put((byte) 0).put((byte) states.status(group)).put((byte) 0).put((byte) ports.size());
        ports.forEach(data::putInt);
        return data.array();
    }

    static void set(UnitCommand command) {
        long length = command.cdb().u32(LENGTH);
        if (length == 0) {
            command.good();
            return;
        }
        if (length < HEADER_BYTES || length > MOST_BYTES || length % DESCRIPTOR_BYTES != 0) {
            throw CheckCondition.illegal(AdditionalSense.PARAMETER_LIST_LENGTH_ERROR);
        }
        command.dataOut((int) length, TargetPortGroups::received);
    }

    private static void received(UnitCommand command, ByteBuffer data) {
        ParameterList list = new ParameterList(data);
        List<Integer> groups = command.nexus().ports().groups();
        Map<Integer, AccessState> next = new HashMap<>();
        list.requireZero(0, HEADER_BYTES);
        for (int at = HEADER_BYTES; at < list.length(); at += DESCRIPTOR_BYTES) {
            if ((list.u8(at) & 0xF0) != 0) {
                throw list.invalid(at, 7);
            }
            list.requireZero(at + 1, 1);
            AccessState state = AccessState.of(list.u8(at) & 0x0F);
            if (state == null) {
                throw list.invalid(at, 3);
            }
            int group = list.u16(at + 2);
            if (!groups.contains(group) || next.put(group, state) != null) {
                throw list.invalid(at + 2);
            }
        }
        command.unit().changeAccess(next, command.nexus());
        command.good();
    }
}
