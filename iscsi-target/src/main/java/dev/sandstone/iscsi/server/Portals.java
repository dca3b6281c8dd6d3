package dev.sandstone.iscsi.server;

import dev.sandstone.iscsi.session.PortalAddresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The bound portals, and how to name them to a peer. Each is a portal group of its own, numbered from 1 in the order of the
 * options: so each is a target port of its own, and a host sees as many paths.
 */
record Portals(List<InetSocketAddress> bound) implements PortalAddresses {

    /** A wildcard portal is named by the address the peer came to, when that is of its family; else left out. */
    @Override
    public List<Portal> reachableFrom(InetSocketAddress local) {
        List<Portal> named = new ArrayList<>();
        for (int i = 0; i < bound.size(); i++) {
            InetSocketAddress portal = bound.get(i);
            InetAddress address = portal.getAddress();
            if (!address.isAnyLocalAddress()) {
                named.add(new Portal(portal, i + 1));
            } else if (!local.isUnresolved()) {
                named.add(new Portal(new InetSocketAddress(local.getAddress(), portal.getPort()), i + 1));
            }
        }
        for (int i = 1; i < named.size(); i++) {
            if (named.get(i).address().equals(local)) {
                named.addFirst(named.remove(i));
            }
        }
        return named;
    }
}
