package dev.sandstone.scsi.primary;

import dev.sandstone.scsi.access.TargetPorts;
import dev.sandstone.scsi.cdb.ParameterList;
import dev.sandstone.scsi.command.UnitCommand;
import dev.sandstone.scsi.reservation.PersistentActions;
import dev.sandstone.scsi.reservation.PersistentChange;
import dev.sandstone.scsi.reservation.PersistentState;
import dev.sandstone.scsi.reservation.PortId;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.CheckCondition;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which nexuses a PERSISTENT RESERVE OUT registers besides its own (SPC-4 6.17.3), from its parameter list:
 *
 * <pre>
 *        basic                                        REGISTER AND MOVE
 *    0   RESERVATION KEY (8)                          RESERVATION KEY (8)
 *    8   SERVICE ACTION RESERVATION KEY (8)           SERVICE ACTION RESERVATION KEY (8)
 *   17                                                UNREG (bit 1), APTPL (bit 0)
 *   18                                                RELATIVE TARGET PORT IDENTIFIER (2)
 *   20   SPEC_I_PT (bit 3), ALL_TG_PT (2), APTPL (0)  TRANSPORTID LENGTH (4)
 *   24   with SPEC_I_PT: length (4), TransportIDs     TransportID
 * </pre>
 *
 * <p>Reserved bits must be zero. Bytes 16 to 19, 22 and 23 of the basic list are obsolete and not looked at.
 *
 * @param ports that of the command first
 * @param others whether TransportIDs named any
 * @param aptpl APTPL
 */
record RegistrationTargets(List<PortId> ports, boolean others, boolean aptpl) {
    private static final int FLAGS = 20;
    private static final int SPEC_I_PT = 3;
    private static final int ALL_TG_PT = 2;
    private static final int APTPL = 0;
    private static final int BASIC_BYTES = 24;
    private static final int TRANSPORT_IDS = 28;
    private static final int MOVE_FLAGS = 17;
    private static final int UNREG = 1;
    private static final int MOVE_PORT = 18;
    private static final int MOVE_LENGTH = 20;

    /** What REGISTER AND MOVE asks for. */
    record Move(PortId to, boolean unregister, boolean aptpl) {}

    static RegistrationTargets parse(UnitCommand command, ParameterList list) {
        int action = command.cdb().bits(1, 4, 0);
        boolean registers =
                action == PersistentReserveOut.REGISTER || action == PersistentReserveOut.REGISTER_AND_IGNORE;
        list.requireZeroBits(FLAGS, 7, 4);
        list.requireZeroBits(FLAGS, 1, 1);
        list.requireZero(FLAGS + 1, 1);
        boolean named = list.bit(FLAGS, SPEC_I_PT);
        if (named && action != PersistentReserveOut.REGISTER) {
            throw list.invalid(FLAGS, SPEC_I_PT);
        }
        if (!named && list.length() != BASIC_BYTES) {
            throw CheckCondition.illegal(AdditionalSense.PARAMETER_LIST_LENGTH_ERROR);
        }
        Set<String> initiators = new LinkedHashSet<>();
        initiators.add(command.nexus().initiatorPort());
        if (named) {
            initiators.addAll(initiators(command, list));
        }
        boolean everywhere = registers && list.bit(FLAGS, ALL_TG_PT);
        Set<PortId> ports = new LinkedHashSet<>(List.of(command.nexus().port()));
        for (String initiator : initiators) {
            for (TargetPorts.Port port : command.nexus().ports().ports()) {
                PortId nexus = new PortId(initiator, port.id());
                boolean here = port.id() == command.nexus().relativeTargetPort();
                if (everywhere || here) {
                    ports.add(nexus);
                }
            }
        }
        return new RegistrationTargets(List.copyOf(ports), named, list.bit(FLAGS, APTPL));
    }

    private static List<String> initiators(UnitCommand command, ParameterList list) {
        long length = list.u32(BASIC_BYTES);
        if (length != list.length() - TRANSPORT_IDS || length == 0) {
            throw CheckCondition.illegal(AdditionalSense.PARAMETER_LIST_LENGTH_ERROR);
        }
        List<String> names = new ArrayList<>();
        int at = TRANSPORT_IDS;
        while (at < list.length()) {
            TransportId id = TransportId.decode(list, at);
            List<String> known = portsOf(command, id);
            if (known.isEmpty()) {
                throw list.invalid(at);
            }
            names.addAll(known);
            at += id.bytes();
        }
        return names;
    }

    /** The port named, or of a device named the ports that are there now. */
    private static List<String> portsOf(UnitCommand command, TransportId id) {
        return id.isPort() ? List.of(id.name()) : command.unit().initiatorPortsOf(id.name());
    }

    static Move move(UnitCommand command, ParameterList list) {
        list.requireZero(MOVE_FLAGS - 1, 1);
        list.requireZeroBits(MOVE_FLAGS, 7, 2);
        if (list.u32(MOVE_LENGTH) != list.length() - BASIC_BYTES) {
            throw CheckCondition.illegal(AdditionalSense.PARAMETER_LIST_LENGTH_ERROR);
        }
        TransportId id = TransportId.decode(list, BASIC_BYTES);
        if (!id.isPort() || id.bytes() != list.length() - BASIC_BYTES) {
            throw list.invalid(BASIC_BYTES);
        }
        int port = list.u16(MOVE_PORT);
        if (!command.nexus().ports().has(port)) {
            throw list.invalid(MOVE_PORT);
        }
        return new Move(new PortId(id.name(), port), list.bit(MOVE_FLAGS, UNREG), list.bit(MOVE_FLAGS, APTPL));
    }

    /** Registers; a nexus that is registered already may not name others. */
    PersistentChange register(PersistentActions actions, PersistentState state, boolean ignoreKey) {
        if (others && state.registered(ports.get(0))) {
            return PersistentChange.refused(PersistentChange.Verdict.INVALID_PARAMETER);
        }
        return actions.register(ignoreKey, ports, aptpl);
    }
}
