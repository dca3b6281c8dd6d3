package dev.sandstone.iscsi.server;

import dev.sandstone.iscsi.access.Admission;
import dev.sandstone.iscsi.access.TargetDirectory;
import dev.sandstone.scsi.task.ScsiDevice;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** A node without targets, open for discovery. */
final class NoTargets implements TargetDirectory {
    @Override
    public List<String> visibleTargets(String initiatorName, InetAddress from) {
        return List.of();
    }

    @Override
    public Optional<ScsiDevice> device(String targetName) {
        return Optional.empty();
    }

    @Override
    public Admission admitNormal(String initiatorName, InetAddress from, String targetName) {
        return new Admission(false, Optional.empty(), Optional.empty());
    }

    @Override
    public Admission admitDiscovery(String initiatorName, InetAddress from) {
        return new Admission(true, Optional.empty(), Optional.empty());
    }

    @Override
    public Optional<String> alias(String targetName) {
        return Optional.empty();
    }
}
