package dev.sandstone.iscsi.server;

import dev.sandstone.iscsi.session.PortalAddresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** The bound portals, and how to name them to a peer. */
record Portals(List<InetSocketAddress> bound) implements PortalAddresses {

    /** A wildcard portal is named by the address the peer came to, when that is of its family; else left out. */
    @Override
    public List<InetSocketAddress> reachableFrom(InetSocketAddress local) {
        List<InetSocketAddress> named = new ArrayList<>();
        for (InetSocketAddress portal : bound) {
            InetAddress address = portal.getAddress();
            if (!address.isAnyLocalAddress()) {
                named.add(portal);
            } else if (!local.isUnresolved()) {
                named.add(new InetSocketAddress(local.getAddress(), portal.getPort()));
            }
        }
        if (named.remove(local)) {
            named.addFirst(local);
        }
        return named;
    }
}
