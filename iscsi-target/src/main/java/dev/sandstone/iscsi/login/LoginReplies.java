package dev.sandstone.iscsi.login;

import dev.sandstone.iscsi.pdu.LoginException;
import dev.sandstone.iscsi.pdu.LoginRequest;
import dev.sandstone.iscsi.pdu.LoginResponse;
import dev.sandstone.iscsi.pdu.LoginStatus;
import java.util.Optional;

/** Makes the response to one request (RFC 7143 11.13). */
final class LoginReplies {
    private static final byte[] NO_TEXT = new byte[0];

    private final LoginResponse response = new LoginResponse();

    LoginReplies(LoginRequest request, int statSn, int commandWindow) {
        response.versionMax(LoginMachine.VERSION);
        response.versionActive(LoginMachine.VERSION);
        response.isid(request.isid());
        response.tsih(request.tsih());
        response.initiatorTaskTag(request.initiatorTaskTag());
        response.currentStage(request.currentStage());
        response.statSn(statSn);
        // A login request is immediate and so does not advance CmdSN.
        response.expCmdSn(request.cmdSn());
        response.maxCmdSn(request.cmdSn() + commandWindow - 1);
    }

    LoginReply stay(int stage, byte[] text) {
        response.currentStage(stage);
        return success(text);
    }

    LoginReply transit(int from, int to, byte[] text) {
        response.currentStage(from);
        response.transit(true);
        response.nextStage(to);
        return success(text);
    }

    LoginReply refuse(LoginException why, int delayMs) {
        response.status(why.status().code());
        return new LoginReply(
                response, NO_TEXT, why.status(), Optional.empty(), delayMs, String.valueOf(why.getMessage()));
    }

    /** RFC 7143 11.13.5: the initiator is to go elsewhere; the text names the address. */
    LoginReply redirect(LoginStatus status, byte[] text, String reason) {
        response.status(status.code());
        return new LoginReply(response, text, status, Optional.empty(), 0, reason);
    }

    private LoginReply success(byte[] text) {
        return new LoginReply(response, text, LoginStatus.SUCCESS, Optional.empty(), 0, "");
    }
}
