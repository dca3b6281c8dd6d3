package dev.sandstone.daemon.assembly;

import dev.sandstone.config.HostPort;
import dev.sandstone.daemon.admin.ChangeLock;
import dev.sandstone.daemon.admin.Exposure;
import dev.sandstone.daemon.admin.PoolAdmin;
import dev.sandstone.daemon.admin.PortalAdmin;
import dev.sandstone.daemon.admin.Reconciliation;
import dev.sandstone.daemon.admin.TimeParts;
import dev.sandstone.daemon.admin.TokenTimes;
import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.HostSecrets;
import dev.sandstone.daemon.catalog.Sealer;
import dev.sandstone.daemon.folder.DataFolder;
import dev.sandstone.daemon.http.Api;
import dev.sandstone.daemon.http.ApiServer;
import dev.sandstone.daemon.metrics.Metrics;
import dev.sandstone.daemon.target.ArrayDirectory;
import dev.sandstone.daemon.target.ArrayTarget;
import dev.sandstone.daemon.target.PortalRoutes;
import dev.sandstone.daemon.target.SpaceWatch;
import dev.sandstone.daemon.target.Units;
import dev.sandstone.daemon.watch.StallWatch;
import dev.sandstone.engine.volume.Pool;
import dev.sandstone.iscsi.server.IscsiServer;
import dev.sandstone.iscsi.server.PortalLoops;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An array that serves: opened from the disk upwards (folder, loops, catalog, pool, target, portals, management),
 * closed the other way round, so that nothing is answered by a part that is gone.
 */
public final class RunningArray implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningArray.class);

    private final Closer closer;
    private final Exposure exposure;
    private final ApiServer api;

    private RunningArray(Closer closer, Exposure exposure, ApiServer api) {
        this.closer = closer;
        this.exposure = exposure;
        this.api = api;
    }

    /**
     * Starts the array; it serves on return.
     *
     * @throws dev.sandstone.daemon.api.ApiException when it cannot; everything is closed then
     */
    public static RunningArray start(ArraySetup setup) {
        Closer closer = new Closer();
        try {
            return open(setup, closer);
        } catch (RuntimeException failed) {
            closer.close();
            throw failed;
        }
    }

    private static RunningArray open(ArraySetup setup, Closer closer) {
        setup.folder().ifPresent(folder -> closer.add("data folder", folder));
        PortalLoops loops = Transports.loops(setup.network());
        closer.add("event loops", loops);
        Catalogs catalogs = Catalogs.open(setup);
        Catalog catalog = catalogs.array();
        closer.add("catalog", catalog);
        Pool pool = PoolOpening.open(setup, loops);
        closer.add("pool", pool);
        setup.folder().ifPresent(DataFolder::finish);

        TimeParts time = TimeParts.of(catalog, catalogs.snapshots(), pool.timeline());
        Reconciliation reconciliation = new Reconciliation(catalog, pool, time.settlement());
        reconciliation.sweep().forEach(done -> LOG.info("{}", done));
        reconciliation.differences().forEach(difference -> LOG.error("{}", difference));

        HostSecrets secrets = new HostSecrets(
                setup.folder().map(folder -> folder.secrets().sealer()).orElseGet(RunningArray::momentarySealer));
        ChangeLock lock = new ChangeLock();
        TokenTimes tokens = new TokenTimes(time, lock);
        closer.add("tokens", tokens);
        ArrayTarget target = new ArrayTarget(
                catalog,
                new Units(new LiveUnits(pool), pool, tokens),
                setup.access(),
                setup.network().portals().size());
        closer.add("space watch", new SpaceWatch(target, pool).start());
        PortalRoutes routes = new PortalRoutes();
        IscsiServer iscsi =
                Transports.listen(setup.network(), new ArrayDirectory(target, catalog, secrets, routes), loops);
        closer.add("portals", () -> Transports.stop(iscsi));
        // Only now: until they serve nobody waits for the loops.
        StallWatch watch = Transports.watch(setup.network(), loops);
        closer.add("stall watch", watch);
        Exposure exposure = new LiveExposure(target, iscsi, routes);
        PortalAdmin portals = new PortalAdmin(catalog, listened(setup), exposure, lock);
        portals.restore();
        routes.open(iscsi.addresses());

        PoolAdmin poolAdmin = new PoolAdmin(pool, reconciliation);
        Metrics metrics = new Metrics(poolAdmin);
        closer.add("metrics", metrics);
        Figures.of(metrics, catalogs, iscsi, pool);
        Figures.of(metrics, watch);
        Api api = new Management(setup, catalog, time, pool, exposure, secrets, lock, tokens)
                .api(poolAdmin, portals, metrics::text);
        Optional<HostPort> tcp = setup.network().api();
        ApiServer server =
                ApiServer.start(api, setup.token(), tcp, setup.folder().map(DataFolder::socket));
        closer.add("management interface", server);
        return new RunningArray(closer, exposure, server);
    }

    /** The portals as the configuration writes them. */
    private static List<String> listened(ArraySetup setup) {
        return setup.network().portals().stream().map(HostPort::toString).toList();
    }

    private static Sealer momentarySealer() {
        byte[] key = new byte[Sealer.KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return new Sealer(key);
    }

    public String iqn() {
        return exposure.iqn();
    }

    /** Each portal as {@code host:port} that a client can use. */
    public List<String> portals() {
        return exposure.portals();
    }

    /** URL of the management interface. */
    public String api() {
        return api.url();
    }

    /** Stops taking requests, lets initiators log out, makes everything durable. */
    @Override
    public void close() {
        closer.close();
    }
}
