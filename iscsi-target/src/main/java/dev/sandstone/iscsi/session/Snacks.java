package dev.sandstone.iscsi.session;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.RejectReason;
import dev.sandstone.iscsi.pdu.SnackRequest;
import dev.sandstone.iscsi.transfer.Resent;
import dev.sandstone.iscsi.transfer.Transfer;
import org.jspecify.annotations.Nullable;

/**
 * SNACK (RFC 7143 11.16): sends again what the initiator lost, or takes its acknowledgement. Asked for what was never sent or
 * was acknowledged already it is a protocol error, asked for what is not kept any more it is rejected.
 */
final class Snacks {
    private static final int DATA_OR_R2T = 0;
    private static final int STATUS = 1;
    private static final int DATA_ACK = 2;
    private static final int R_DATA = 3;

    private final Connection connection;
    private final ScsiCommands commands;
    private final SnackRequest snack = new SnackRequest();

    Snacks(Connection connection, ScsiCommands commands) {
        this.connection = connection;
        this.commands = commands;
    }

    void request(Bhs bhs) {
        StatusLog log = connection.log();
        if (log == null || connection.admitted().parameters().errorRecoveryLevel() == 0) {
            connection.reject(RejectReason.SNACK_REJECT, bhs);
            return;
        }
        snack.wrap(bhs);
        RejectReason wrong = switch (snack.type()) {
            case DATA_OR_R2T -> data();
            case STATUS -> reason(log.resend(snack.begRun(), snack.runLength(), connection::sendAgain));
            case DATA_ACK -> acknowledge();
            case R_DATA -> resegment(log);
            default -> RejectReason.INVALID_PDU_FIELD;
        };
        if (wrong != null) {
            connection.reject(wrong, bhs);
        }
    }

    private static @Nullable RejectReason reason(Resent result) {
        return switch (result) {
            case DONE -> null;
            case NEVER_SENT -> RejectReason.PROTOCOL_ERROR;
            case GONE -> RejectReason.SNACK_REJECT;
        };
    }

    private @Nullable RejectReason data() {
        Transfer transfer = commands.own(snack.initiatorTaskTag());
        return transfer == null
                ? RejectReason.PROTOCOL_ERROR
                : reason(transfer.resend(snack.begRun(), snack.runLength()));
    }

    private @Nullable RejectReason acknowledge() {
        boolean known = snack.targetTransferTag() != Bhs.RESERVED_TAG
                && commands.acknowledgeData(snack.targetTransferTag(), snack.begRun());
        return known && snack.runLength() == 0 ? null : RejectReason.INVALID_DATA_ACK;
    }

    private @Nullable RejectReason resegment(StatusLog log) {
        int tag = snack.targetTransferTag();
        if (tag == 0 || tag == Bhs.RESERVED_TAG || snack.begRun() != 0 || snack.runLength() != 0) {
            return RejectReason.INVALID_PDU_FIELD;
        }
        Transfer transfer = commands.own(snack.initiatorTaskTag());
        if (transfer == null) {
            return RejectReason.PROTOCOL_ERROR;
        }
        Resent result = transfer.resegment(tag);
        if (result == Resent.DONE) {
            log.retag(transfer, tag, connection::sendAgain);
        }
        return reason(result);
    }
}
