package dev.sandstone.iscsi.login;

import dev.sandstone.iscsi.pdu.LoginException;
import dev.sandstone.iscsi.pdu.LoginRequest;
import dev.sandstone.iscsi.pdu.LoginStatus;

/** Holds every login request against the first: what must stay the same (RFC 7143 11.12.4 to 11.12.8). */
final class LoginConstancy {
    private boolean first = true;
    private int versionMin;
    private int versionMax;
    private long isid;
    private int tsih;
    private int cid;
    private int cmdSn;
    private int initiatorTaskTag;

    void verify(LoginRequest request) throws LoginException {
        if (!request.immediate()) {
            throw new LoginException(LoginStatus.INITIATOR_ERROR, "a login request without the I bit");
        }
        if (!first) {
            verifySame(request);
            return;
        }
        if (request.versionMin() > LoginMachine.VERSION) {
            throw new LoginException(
                    LoginStatus.UNSUPPORTED_VERSION,
                    "the initiator speaks version " + request.versionMin() + " or later");
        }
        first = false;
        versionMin = request.versionMin();
        versionMax = request.versionMax();
        isid = request.isid();
        tsih = request.tsih();
        cid = request.cid();
        cmdSn = request.cmdSn();
        initiatorTaskTag = request.initiatorTaskTag();
    }

    private void verifySame(LoginRequest request) throws LoginException {
        boolean same = request.versionMin() == versionMin
                && request.versionMax() == versionMax
                && request.isid() == isid
                && request.tsih() == tsih
                && request.cid() == cid
                && request.cmdSn() == cmdSn
                && request.initiatorTaskTag() == initiatorTaskTag;
        if (!same) {
            throw new LoginException(
                    LoginStatus.INITIATOR_ERROR, "a login request differs from the first in what must not change");
        }
    }
}
