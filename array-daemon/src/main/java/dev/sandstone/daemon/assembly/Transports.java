package dev.sandstone.daemon.assembly;

import dev.sandstone.config.HostPort;
import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.watch.StallWatch;
import dev.sandstone.iscsi.access.TargetDirectory;
import dev.sandstone.iscsi.server.IscsiServer;
import dev.sandstone.iscsi.server.PortalLoops;
import dev.sandstone.iscsi.server.ServerLimits;
import dev.sandstone.iscsi.server.ServerOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and stops the side that initiators reach. */
final class Transports {
    private static final Logger LOG = LoggerFactory.getLogger(Transports.class);
    private static final Duration DRAIN = Duration.ofSeconds(2);

    private Transports() {}

    static PortalLoops loops(ArraySetup.Network network) {
        return PortalLoops.open(network.loops() == 0 ? PortalLoops.defaultThreads() : network.loops());
    }

    /** The watch over the loops, begun when it is wanted. */
    static StallWatch watch(ArraySetup.Network network, PortalLoops loops) {
        StallWatch watch = new StallWatch(loops.executors(), Duration.ofMillis(network.stallMillis()));
        return network.stallMillis() == 0 ? watch : watch.start();
    }

    static IscsiServer listen(ArraySetup.Network network, TargetDirectory directory, PortalLoops loops) {
        List<InetSocketAddress> portals =
                network.portals().stream().map(Transports::address).toList();
        ServerOptions standard = ServerOptions.standard(portals);
        ServerLimits limits = standard.limits();
        int most = network.maxConnections();
        ServerOptions options = new ServerOptions(
                portals,
                new ServerLimits(
                        most,
                        Math.min(most, limits.maxConnectionsPerAddress()),
                        Math.min(most, limits.maxLogins()),
                        Math.min(most, limits.maxLoginsPerAddress()),
                        limits.loginTime()),
                standard.session(),
                standard.offer(),
                standard.algorithms());
        try {
            return IscsiServer.start(options, directory, loops);
        } catch (IOException failed) {
            throw new ApiException(
                    ErrorCode.PORT_IN_USE,
                    "an iSCSI portal cannot be opened",
                    String.valueOf(failed.getMessage()),
                    "end the process that has the port, or give another one; port 0 takes a free one",
                    failed);
        }
    }

    private static InetSocketAddress address(HostPort portal) {
        InetSocketAddress address = new InetSocketAddress(portal.host(), portal.port());
        if (address.isUnresolved()) {
            throw new ApiException(
                    ErrorCode.BAD_VALUE,
                    "no address for portal " + portal,
                    "the name cannot be resolved",
                    "give an address, such as 127.0.0.1:3260");
        }
        return address;
    }

    /** Lets initiators log out, then closes what is left. */
    static void stop(IscsiServer iscsi) {
        if (!iscsi.stop(DRAIN)) {
            LOG.warn("some initiators did not log out in time; their connections were closed");
        }
    }
}
