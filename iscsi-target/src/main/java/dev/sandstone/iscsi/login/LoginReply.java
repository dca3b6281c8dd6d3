package dev.sandstone.iscsi.login;

import dev.sandstone.iscsi.pdu.LoginResponse;
import dev.sandstone.iscsi.pdu.LoginStatus;
import java.util.Optional;

/**
 * What to do after a login request: send the response, and more according to the status.
 *
 * <ul>
 *   <li>status SUCCESS, no outcome: wait for the next login request;
 *   <li>status SUCCESS with an outcome: the full feature phase begins after the response;
 *   <li>any other status: close the connection after the response.
 * </ul>
 *
 * @param header complete but for DataSegmentLength
 * @param text the data segment, never longer than 8192 bytes
 * @param delayMs how long to hold the response back
 * @param reason why the login was refused, for the log; empty when it was not
 */
public record LoginReply(
        LoginResponse header,
        byte[] text,
        LoginStatus status,
        Optional<LoginOutcome> outcome,
        int delayMs,
        String reason) {

    /** Whether the connection ends after this response. */
    public boolean refused() {
        return status != LoginStatus.SUCCESS;
    }
}
