package dev.sandstone.iscsi.login;

import dev.sandstone.iscsi.access.Admission;
import dev.sandstone.iscsi.access.TargetDirectory;
import dev.sandstone.iscsi.pdu.LoginException;
import dev.sandstone.iscsi.pdu.LoginRequest;
import dev.sandstone.iscsi.pdu.LoginStatus;
import dev.sandstone.iscsi.text.Key;
import dev.sandstone.scsi.name.IscsiName;
import dev.sandstone.scsi.task.ScsiDevice;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;

/**
 * Who knocks, at which door, and on which conditions: made from the first whole text of a login (RFC 7143 6.3, 13.4 to
 * 13.6).
 *
 * @param device empty for discovery
 * @param initiatorAlias InitiatorAlias as sent
 */
record LoginEntry(
        LoginIdentity identity, Admission admission, Optional<ScsiDevice> device, Optional<String> initiatorAlias) {
    private static final String NORMAL = "Normal";
    private static final String DISCOVERY = "Discovery";

    /** Where the connection came from, and through which portal group. */
    record Way(InetAddress from, int portalGroup) {}

    /** Reads the names and asks the directory. */
    static LoginEntry of(LoginRequest request, Map<Key, String> names, TargetDirectory directory, Way way)
            throws LoginException {
        InetAddress from = way.from();
        String initiator = name(names, Key.INITIATOR_NAME);
        String type = names.getOrDefault(Key.SESSION_TYPE, NORMAL);
        Optional<String> alias = Optional.ofNullable(names.get(Key.INITIATOR_ALIAS));
        if (type.equals(DISCOVERY)) {
            LoginIdentity identity = identity(request, initiator, Optional.empty(), way);
            return new LoginEntry(identity, directory.admitDiscovery(initiator, from), Optional.empty(), alias);
        }
        if (!type.equals(NORMAL)) {
            throw new LoginException(
                    LoginStatus.SESSION_TYPE_NOT_SUPPORTED, "SessionType is neither Normal nor Discovery");
        }
        String target = name(names, Key.TARGET_NAME);
        ScsiDevice device = directory
                .device(target)
                .orElseThrow(() -> new LoginException(LoginStatus.NOT_FOUND, "there is no target " + target));
        LoginIdentity identity = identity(request, initiator, Optional.of(target), way);
        return new LoginEntry(identity, directory.admitNormal(initiator, from, target), Optional.of(device), alias);
    }

    private static LoginIdentity identity(LoginRequest request, String initiator, Optional<String> target, Way way) {
        return new LoginIdentity(initiator, request.isid(), request.tsih(), request.cid(), target, way.portalGroup());
    }

    private static String name(Map<Key, String> names, Key key) throws LoginException {
        String value = names.get(key);
        if (value == null) {
            throw new LoginException(LoginStatus.MISSING_PARAMETER, key.text() + " is missing");
        }
        return IscsiName.normalise(value)
                .orElseThrow(() -> new LoginException(
                        LoginStatus.INITIATOR_ERROR, key.text() + " is not an iSCSI name (iqn., eui. or naa.)"));
    }
}
