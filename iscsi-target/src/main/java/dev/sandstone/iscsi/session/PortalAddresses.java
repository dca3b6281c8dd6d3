package dev.sandstone.iscsi.session;

import java.net.InetSocketAddress;
import java.util.List;

/** Where the targets can be reached. */
@FunctionalInterface
public interface PortalAddresses {

    /** All portals as this peer may use them, the one it came through first. */
    List<Portal> reachableFrom(InetSocketAddress local);

    /**
     * A portal as a peer may use it.
     *
     * @param group target portal group tag
     */
    record Portal(InetSocketAddress address, int group) {}
}
