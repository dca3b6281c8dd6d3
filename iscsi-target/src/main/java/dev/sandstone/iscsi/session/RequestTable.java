package dev.sandstone.iscsi.session;

import dev.sandstone.iscsi.pdu.Opcode;
import java.util.EnumMap;
import java.util.Map;

/**
 * What to do with a PDU: a row for each opcode, a column for each phase. The default is to drop the connection.
 *
 * <pre>
 *                   LOGIN  ENTERING  FULL_FEATURE  DISCOVERY      LOGOUT_REQUESTED  LOGGING_OUT  CLOSED
 *   NOP-Out         drop   drop      nop           not supported  nop               ignore       ignore
 *   SCSI Command    drop   drop      command       not supported  command           ignore       ignore
 *   Task Management drop   drop      management    not supported  management        ignore       ignore
 *   Login           login  drop      drop          drop           drop              drop         ignore
 *   Text            drop   drop      text          text           text              ignore       ignore
 *   Data-Out        drop   drop      data          not supported  data              ignore       ignore
 *   Logout          drop   drop      logout        logout         logout            ignore       ignore
 *   SNACK           drop   drop      snack         not supported  snack             ignore       ignore
 *   unknown         drop   drop      not supported not supported  not supported     ignore       ignore
 *   a target's own  drop   drop      drop          drop           drop              drop         ignore
 * </pre>
 */
final class RequestTable {

    enum Action {
        LOGIN,
        NOP_OUT,
        SCSI_COMMAND,
        TASK_MANAGEMENT,
        TEXT,
        DATA_OUT,
        LOGOUT,
        SNACK,
        /** Reject, reason command not supported (in discovery RFC 7143 4.3 wants a Reject). */
        REJECT_UNSUPPORTED,
        IGNORE,
        DROP
    }

    private static final int OPCODES = 0x40;
    private static final int FIRST_TARGET_OPCODE = 0x20;
    private static final Map<Phase, Action[]> ACTIONS = new EnumMap<>(Phase.class);

    static {
        for (Phase phase : Phase.values()) {
            Action[] column = new Action[OPCODES];
            for (int opcode = 0; opcode < OPCODES; opcode++) {
                column[opcode] = ruleFor(phase, opcode);
            }
            ACTIONS.put(phase, column);
        }
    }

    private RequestTable() {}

    static Action action(Phase phase, int opcodeBits) {
        Action[] column = ACTIONS.get(phase);
        return column == null ? Action.DROP : column[opcodeBits];
    }

    /** Whether an initiator's PDU of that opcode has a CmdSN. */
    static boolean isNumbered(int opcodeBits) {
        Opcode opcode = Opcode.of(opcodeBits);
        return opcode != null && opcode.fromInitiator() && opcode != Opcode.DATA_OUT && opcode != Opcode.SNACK_REQUEST;
    }

    private static Action ruleFor(Phase phase, int opcodeBits) {
        Opcode opcode = Opcode.of(opcodeBits);
        return switch (phase) {
            case LOGIN -> opcode == Opcode.LOGIN_REQUEST ? Action.LOGIN : Action.DROP;
            case ENTERING -> Action.DROP;
            case FULL_FEATURE, LOGOUT_REQUESTED -> fullFeature(opcodeBits);
            case DISCOVERY -> discovery(opcodeBits);
            case LOGGING_OUT ->
                opcode == Opcode.LOGIN_REQUEST || opcodeBits >= FIRST_TARGET_OPCODE ? Action.DROP : Action.IGNORE;
            case CLOSED -> Action.IGNORE;
        };
    }

    private static Action fullFeature(int opcodeBits) {
        Opcode opcode = Opcode.of(opcodeBits);
        if (opcodeBits >= FIRST_TARGET_OPCODE) {
            return Action.DROP;
        }
        if (opcode == null) {
            return Action.REJECT_UNSUPPORTED;
        }
        return switch (opcode) {
            case NOP_OUT -> Action.NOP_OUT;
            case SCSI_COMMAND -> Action.SCSI_COMMAND;
            case TASK_MANAGEMENT_REQUEST -> Action.TASK_MANAGEMENT;
            case TEXT_REQUEST -> Action.TEXT;
            case DATA_OUT -> Action.DATA_OUT;
            case LOGOUT_REQUEST -> Action.LOGOUT;
            case SNACK_REQUEST -> Action.SNACK;
            default -> Action.DROP;
        };
    }

    private static Action discovery(int opcodeBits) {
        Action action = fullFeature(opcodeBits);
        return switch (action) {
            case TEXT, LOGOUT, DROP -> action;
            default -> Action.REJECT_UNSUPPORTED;
        };
    }
}
