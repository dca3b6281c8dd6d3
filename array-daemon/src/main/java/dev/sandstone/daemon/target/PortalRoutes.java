package dev.sandstone.daemon.target;

import dev.sandstone.iscsi.access.Redirect;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Where those who log in over a portal are sent instead. Portals count from 1, as their target port groups do. Any thread. */
public final class PortalRoutes {
    private final Map<Integer, Redirect> routes = new ConcurrentHashMap<>();
    private volatile List<InetSocketAddress> portals = List.of();

    /** The portals are open, at these addresses. Until then nobody is sent anywhere. */
    public void open(List<InetSocketAddress> addresses) {
        portals = List.copyOf(addresses);
    }

    public Optional<Redirect> of(int portal) {
        return Optional.ofNullable(routes.get(portal));
    }

    /** Sends new sessions of the portal elsewhere from now on, or serves them again. */
    public void set(int portal, Optional<Redirect> redirect) {
        redirect.ifPresentOrElse(to -> routes.put(portal, to), () -> routes.remove(portal));
    }

    /** @param local this side's address of the connection */
    Optional<Redirect> of(InetSocketAddress local) {
        List<InetSocketAddress> open = portals;
        for (int i = 0; i < open.size(); i++) {
            InetSocketAddress bound = open.get(i);
            boolean any = bound.getAddress().isAnyLocalAddress();
            if (bound.getPort() == local.getPort() && (any || bound.getAddress().equals(local.getAddress()))) {
                return of(i + 1);
            }
        }
        return Optional.empty();
    }
}
