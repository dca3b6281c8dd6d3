package dev.sandstone.daemon.target;

import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.CatalogException;
import dev.sandstone.daemon.catalog.CatalogState;
import dev.sandstone.daemon.catalog.HostEntry;
import dev.sandstone.daemon.catalog.HostSecrets;
import dev.sandstone.iscsi.access.Admission;
import dev.sandstone.iscsi.access.ChapAccount;
import dev.sandstone.iscsi.access.Redirect;
import dev.sandstone.iscsi.access.TargetDirectory;
import dev.sandstone.scsi.name.IscsiName;
import dev.sandstone.scsi.task.ScsiDevice;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers who may log in, from the catalog in memory. */
public final class ArrayDirectory implements TargetDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(ArrayDirectory.class);
    private static final int DECOY_BYTES = 32;

    private final ArrayTarget target;
    private final Catalog catalog;
    private final HostSecrets secrets;
    private final PortalRoutes routes;

    /** An account that nobody can prove: strangers are asked for it where hosts are asked for theirs. */
    private final ChapAccount decoy;

    public ArrayDirectory(ArrayTarget target, Catalog catalog, HostSecrets secrets, PortalRoutes routes) {
        this.routes = routes;
        this.target = target;
        this.catalog = catalog;
        this.secrets = secrets;
        byte[] secret = new byte[DECOY_BYTES];
        new SecureRandom().nextBytes(secret);
        this.decoy = new ChapAccount("nobody", secret);
    }

    @Override
    public List<String> visibleTargets(String initiatorName, InetAddress from) {
        boolean admitted = target.rule().admits(catalog.state(), normal(initiatorName), from);
        return admitted ? List.of(target.iqn()) : List.of();
    }

    @Override
    public Optional<ScsiDevice> device(String targetName) {
        return normal(targetName).equals(target.iqn()) ? Optional.of(target.device()) : Optional.empty();
    }

    @Override
    public Admission admitNormal(String initiatorName, InetAddress from, String targetName) {
        return admit(normal(initiatorName), from);
    }

    @Override
    public Admission admitDiscovery(String initiatorName, InetAddress from) {
        return admit(normal(initiatorName), from);
    }

    @Override
    public Optional<Redirect> redirect(String initiatorName, String targetName, InetSocketAddress portal) {
        return routes.of(portal);
    }

    @Override
    public Optional<String> alias(String targetName) {
        return Optional.of(catalog.array().name());
    }

    private Admission admit(String initiator, InetAddress from) {
        CatalogState state = catalog.state();
        boolean allowed = target.rule().admits(state, initiator, from);
        Optional<HostEntry> host = state.hostOf(initiator);
        if (host.isEmpty()) {
            boolean othersProve = state.hosts().stream().anyMatch(other -> other.chapUser() != null);
            return new Admission(allowed, othersProve ? Optional.of(decoy) : Optional.empty(), Optional.empty());
        }
        try {
            HostEntry entry = host.get();
            return new Admission(
                    allowed,
                    account(entry.chapUser(), secrets.chap(entry)),
                    account(entry.mutualUser(), secrets.mutual(entry)));
        } catch (CatalogException sealed) {
            LOG.error("host {} cannot log in: {}", host.get().name(), sealed.getMessage());
            return new Admission(false, Optional.of(decoy), Optional.empty());
        }
    }

    private static Optional<ChapAccount> account(@Nullable String user, Optional<byte[]> secret) {
        return user == null ? Optional.empty() : secret.map(bytes -> new ChapAccount(user, bytes));
    }

    private static String normal(String name) {
        return IscsiName.normalise(name).orElse(name);
    }
}
