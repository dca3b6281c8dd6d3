package dev.sandstone.iscsi.session;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.RejectReason;
import dev.sandstone.iscsi.pdu.SerialNumber;
import dev.sandstone.iscsi.pdu.TaskManagementRequest;
import dev.sandstone.iscsi.pdu.TaskManagementResponse;
import dev.sandstone.iscsi.transfer.Transfer;
import dev.sandstone.scsi.task.TaskFunction;
import dev.sandstone.scsi.task.TaskFunctionResult;

/**
 * Task management (RFC 7143 11.5, 11.6). Commands the device has are its business; those that still wait for their turn,
 * or whose status waits for data, are ended here. The answer follows the whole effect.
 *
 * <p>Data-Out of aborted commands that is still to come is dropped when it comes; the answer does not wait for it, since
 * widespread initiators stop answering R2Ts once they sent the request.
 */
final class TaskManagement {
    private static final int MAX_UNDER_WAY = 64;
    private static final int FUNCTION_COMPLETE = 0;
    private static final int NO_SUCH_TASK = 1;
    private static final int NO_SUCH_LUN = 2;
    private static final int STILL_ALLEGIANT = 3;
    private static final int NO_REASSIGNMENT = 4;
    private static final int NOT_SUPPORTED = 5;
    private static final int REJECTED = 255;
    private static final int TASK_REASSIGN = 8;

    /** By function code, from 1. */
    private static final TaskFunction[] FUNCTIONS = {
        TaskFunction.ABORT_TASK,
        TaskFunction.ABORT_TASK_SET,
        TaskFunction.CLEAR_ACA,
        TaskFunction.CLEAR_TASK_SET,
        TaskFunction.LOGICAL_UNIT_RESET,
        TaskFunction.TARGET_WARM_RESET,
        TaskFunction.TARGET_COLD_RESET
    };

    private final Connection connection;
    private final Session session;
    private final ScsiCommands commands;
    private int underWay;

    TaskManagement(Connection connection, Session session, ScsiCommands commands) {
        this.connection = connection;
        this.session = session;
        this.commands = commands;
    }

    void request(Bhs bhs) {
        TaskManagementRequest request = new TaskManagementRequest(bhs.copy());
        connection.inTurn(request, new SimpleTurn(connection, !request.immediate(), () -> perform(request), () -> {}));
    }

    private void perform(TaskManagementRequest request) {
        if (request.initiatorTaskTag() == Bhs.RESERVED_TAG) {
            connection.reject(RejectReason.INVALID_PDU_FIELD, request);
            return;
        }
        if (underWay >= MAX_UNDER_WAY) {
            refuse(request);
            return;
        }
        int code = request.function();
        if (code == TASK_REASSIGN) {
            reassign(request);
        } else if (code < 1 || code > FUNCTIONS.length) {
            respond(request, NOT_SUPPORTED);
        } else if (FUNCTIONS[code - 1] == TaskFunction.ABORT_TASK) {
            abortTask(request);
        } else {
            abortMany(FUNCTIONS[code - 1], request);
        }
    }

    /** Too many are under way. A numbered one was let in by the window, so it gets an answer. */
    private void refuse(TaskManagementRequest request) {
        if (request.immediate()) {
            connection.reject(RejectReason.IMMEDIATE_COMMAND_REJECT, request);
        } else {
            respond(request, REJECTED);
        }
    }

    /** RFC 7143 11.5.1 and 11.6.1: the cases of ABORT TASK. */
    private void abortTask(TaskManagementRequest request) {
        int tag = request.referencedTaskTag();
        Transfer transfer = session.tasks().find(tag);
        if (transfer == null && neverArrived(request)) {
            respond(request, FUNCTION_COMPLETE);
            connection.inTurn(request.refCmdSn(), new EmptyTurn(connection.window()));
        } else if (transfer == null || transfer.lun() != request.lun()) {
            respond(request, NO_SUCH_TASK);
        } else if (transfer.running()) {
            manage(TaskFunction.ABORT_TASK, request, Integer.toUnsignedLong(tag));
        } else if (transfer.queued()) {
            commands.dropQueued(transfer);
            respond(request, FUNCTION_COMPLETE);
        } else {
            respond(request, transfer.abandon() ? FUNCTION_COMPLETE : NO_SUCH_TASK);
        }
    }

    /**
     * When the task is not here but its RefCmdSN is within the window and before this request's CmdSN, it is on its way
     * or lost: its number counts as received, so that it is ignored when it comes.
     */
    private boolean neverArrived(TaskManagementRequest request) {
        CommandWindow<Turn> window = connection.window();
        int reference = request.refCmdSn();
        return window.contains(reference)
                && window.heldAt(reference) == null
                && SerialNumber.before(reference, request.cmdSn());
    }

    private void abortMany(TaskFunction function, TaskManagementRequest request) {
        boolean wholeTarget = function == TaskFunction.TARGET_WARM_RESET || function == TaskFunction.TARGET_COLD_RESET;
        if (function != TaskFunction.CLEAR_ACA) {
            session.tasks().forEach(transfer -> {
                if (wholeTarget || transfer.lun() == request.lun()) {
                    endHere(transfer, request.cmdSn());
                }
            });
        }
        manage(function, request, 0);
    }

    private void endHere(Transfer transfer, int requestCmdSn) {
        if (transfer.queued()) {
            if (SerialNumber.before(transfer.cmdSn(), requestCmdSn)) {
                commands.dropQueued(transfer);
            }
        } else {
            transfer.abandon();
        }
    }

    private void manage(TaskFunction function, TaskManagementRequest request, long tag) {
        underWay++;
        session.nexus()
                .manage(
                        function,
                        request.lun(),
                        tag,
                        result -> commands.execute(() -> {
                            if (function == TaskFunction.ABORT_TASK) {
                                managed(function, request, result);
                            } else {
                                session.fence(connection, () -> managed(function, request, result));
                            }
                        }));
    }

    private void managed(TaskFunction function, TaskManagementRequest request, TaskFunctionResult result) {
        underWay--;
        respond(request, code(result));
        if (function == TaskFunction.TARGET_COLD_RESET && result == TaskFunctionResult.COMPLETE) {
            powerCycled();
        }
    }

    /** RFC 7143 7.2.2: the task goes on over this connection, once the one it was allegiant to was logged out. */
    private void reassign(TaskManagementRequest request) {
        Transfer transfer = session.tasks().find(request.referencedTaskTag());
        if (connection.admitted().parameters().errorRecoveryLevel() < 2) {
            respond(request, NO_REASSIGNMENT);
        } else if (transfer == null) {
            respond(request, NO_SUCH_TASK);
        } else if (!session.mayReassign(transfer)) {
            respond(request, STILL_ALLEGIANT);
        } else if (!transfer.resumable(request.expDataSn())) {
            respond(request, NO_REASSIGNMENT);
        } else {
            respond(request, FUNCTION_COMPLETE);
            commands.adopt(transfer, request.expDataSn());
        }
    }

    /**
     * RFC 7143 11.5.1: a target cold reset ends all connections of the target; here those of the initiator that asks for it,
     * as the one target is that of all hosts.
     */
    private void powerCycled() {
        connection.leaveAfterFlush(Departure.CLOSED, "target cold reset");
        connection.services().registry().endSessionsOf(session.name());
    }

    private void respond(TaskManagementRequest request, int code) {
        if (connection.phase() == Phase.CLOSED) {
            return;
        }
        TaskManagementResponse response = new TaskManagementResponse();
        response.initiatorTaskTag(request.initiatorTaskTag());
        response.response(code);
        connection.sendStatus(response, null);
    }

    private static int code(TaskFunctionResult result) {
        return switch (result) {
            case COMPLETE -> FUNCTION_COMPLETE;
            case NO_SUCH_TASK -> NO_SUCH_TASK;
            case INCORRECT_LUN -> NO_SUCH_LUN;
            case NOT_SUPPORTED -> NOT_SUPPORTED;
            case REJECTED -> REJECTED;
        };
    }
}
