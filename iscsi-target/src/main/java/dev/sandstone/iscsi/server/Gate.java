package dev.sandstone.iscsi.server;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts connections in all and by address, and refuses those beyond the limits. Any thread. */
final class Gate {
    private static final class Count {
        private int connections;
        private int logins;
    }

    private final ServerLimits limits;
    private final Map<InetAddress, Count> byAddress = new HashMap<>();
    private int connections;
    private int logins;

    Gate(ServerLimits limits) {
        this.limits = limits;
    }

    /**
     * Lets a connection in, which begins to log in.
     *
     * @return null, or why it is refused
     */
    synchronized @Nullable String enter(InetAddress from) {
        if (connections >= limits.maxConnections()) {
            return "all " + limits.maxConnections() + " connections are in use";
        }
        if (logins >= limits.maxLogins()) {
            return limits.maxLogins() + " connections are logging in already";
        }
        Count count = byAddress.computeIfAbsent(from, address -> new Count());
        if (count.connections >= limits.maxConnectionsPerAddress()) {
            return limits.maxConnectionsPerAddress() + " connections come from this address already";
        }
        if (count.logins >= limits.maxLoginsPerAddress()) {
            return limits.maxLoginsPerAddress() + " connections from this address are logging in already";
        }
        connections++;
        logins++;
        count.connections++;
        count.logins++;
        return null;
    }

    /** A connection that was let in has logged in, or failed to. */
    synchronized void loginOver(InetAddress from) {
        logins--;
        Count count = byAddress.get(from);
        if (count != null) {
            count.logins--;
        }
    }

    /** A connection whose login is over has gone. */
    synchronized void leave(InetAddress from) {
        connections--;
        Count count = byAddress.get(from);
        if (count != null) {
            count.connections--;
            if (count.connections == 0) {
                byAddress.remove(from);
            }
        }
    }

    synchronized int connections() {
        return connections;
    }

    synchronized int logins() {
        return logins;
    }
}
