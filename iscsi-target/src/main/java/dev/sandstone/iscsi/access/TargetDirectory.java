package dev.sandstone.iscsi.access;

import dev.sandstone.scsi.task.ScsiDevice;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** The targets of this array as one initiator may see them. Called on event loops: answers from memory, never blocks. */
public interface TargetDirectory {

    /** The target names that this initiator may discover (SendTargets=All), in a stable order. */
    List<String> visibleTargets(String initiatorName, InetAddress from);

    /** The device behind a target name (compared after iSCSI name normalisation), whoever asks. */
    Optional<ScsiDevice> device(String targetName);

    /** Conditions for a normal session with that target. */
    Admission admitNormal(String initiatorName, InetAddress from, String targetName);

    /** Conditions for a discovery session. */
    Admission admitDiscovery(String initiatorName, InetAddress from);

    /**
     * Where an initiator that may log in to that target is to go instead.
     *
     * @param portal the portal it came through, as this side's address
     */
    default Optional<Redirect> redirect(String initiatorName, String targetName, InetSocketAddress portal) {
        return Optional.empty();
    }

    /** TargetAlias, or empty. */
    Optional<String> alias(String targetName);
}
