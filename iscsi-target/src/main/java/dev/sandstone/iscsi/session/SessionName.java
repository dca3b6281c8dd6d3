package dev.sandstone.iscsi.session;

import java.util.HexFormat;

/**
 * What makes a session the same session: one initiator port joined to one target port, which is a portal group of the
 * target (RFC 7143 4.4.3.1). A second login with the same name and TSIH 0 reinstates it.
 *
 * @param initiatorName normalised node name of the initiator
 * @param isid the six bytes of the ISID, big-endian
 * @param targetName normalised node name of the target
 * @param portalGroup tag of the portal group: the relative target port identifier
 */
public record SessionName(String initiatorName, long isid, String targetName, int portalGroup) {
    private static final int ISID_HEX_DIGITS = 12;

    /** The initiator port's name (RFC 7143 4.2.7.3): persistent reservations follow it. */
    public String initiatorPort() {
        return initiatorName + ",i,0x" + HexFormat.of().toHexDigits(isid, ISID_HEX_DIGITS);
    }
}
