package dev.sandstone.iscsi.server;

import dev.sandstone.iscsi.chap.ChapAlgorithm;
import dev.sandstone.iscsi.session.SessionLimits;
import dev.sandstone.iscsi.text.OperationalOffer;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * How a server is set up.
 *
 * @param portals where to listen; port 0 takes a free one
 * @param algorithms CHAP algorithms that may be chosen
 */
public record ServerOptions(
        List<InetSocketAddress> portals,
        ServerLimits limits,
        SessionLimits session,
        OperationalOffer offer,
        Set<ChapAlgorithm> algorithms) {

    /** Standard limits and offer, all algorithms. */
    public static ServerOptions standard(List<InetSocketAddress> portals) {
        return new ServerOptions(
                portals,
                ServerLimits.standard(),
                SessionLimits.standard(),
                OperationalOffer.standard(),
                EnumSet.allOf(ChapAlgorithm.class));
    }
}
