package dev.sandstone.iscsi.login;

import java.util.HexFormat;
import java.util.Optional;

/**
 * Who logs in to what.
 *
 * @param initiatorName normalised iSCSI name
 * @param isid 48 bits
 * @param tsih what the request said: 0 for a new session
 * @param cid connection id
 * @param targetName normalised; empty in a discovery session
 * @param portalGroup of the portal it came through
 */
public record LoginIdentity(
        String initiatorName, long isid, int tsih, int cid, Optional<String> targetName, int portalGroup) {

    private static final int ISID_HEX_DIGITS = 12;

    /** Whether the session is for discovery only. */
    public boolean discovery() {
        return targetName.isEmpty();
    }

    /** The initiator port's name: name, "i", ISID in hexadecimal (RFC 7143 4.2.7.1, 10.1.1). */
    public String initiatorPort() {
        return initiatorName + ",i,0x" + HexFormat.of().toHexDigits(isid, ISID_HEX_DIGITS);
    }
}
