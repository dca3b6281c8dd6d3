package dev.sandstone.daemon.assembly;

import dev.sandstone.config.HostPort;
import dev.sandstone.daemon.catalog.ArrayEntry;
import dev.sandstone.daemon.folder.DataFolder;
import dev.sandstone.daemon.http.TokenCheck;
import dev.sandstone.daemon.target.AccessRule;
import dev.sandstone.engine.volume.PoolConfig;
import java.util.List;
import java.util.Optional;

/**
 * What an array is started from.
 *
 * @param array who it is; the folder's when there is one
 * @param folder where it lives; empty: in memory. It is the array's from now on, and closed with it
 * @param pool where the pool is
 * @param access who sees what
 */
public record ArraySetup(
        ArrayEntry array,
        Optional<DataFolder> folder,
        PoolConfig pool,
        AccessRule access,
        Network network,
        TokenCheck token,
        int maxVolumes) {

    /**
     * @param portals where initiators connect
     * @param loops event loops; 0: as many as suit the machine
     * @param stallMillis a loop that is held up longer is told in the log; 0: never
     * @param maxConnections iSCSI connections at once
     * @param api where the management interface listens on TCP; empty: on the folder's socket only
     */
    public record Network(
            List<HostPort> portals, int loops, int stallMillis, int maxConnections, Optional<HostPort> api) {}
}
