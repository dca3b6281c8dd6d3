package dev.sandstone.iscsi.session;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Addresses of the other side. */
public final class Peers {
    private static final InetSocketAddress UNKNOWN = InetSocketAddress.createUnresolved("unknown", 0);

    private Peers() {}

    /** The address as one of IP; a channel that is closed already, or has no socket, gives an unresolved one. */
    public static InetSocketAddress address(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress inet ? inet : UNKNOWN;
    }
}
