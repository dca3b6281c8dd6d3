package dev.sandstone.daemon.target;

import dev.sandstone.daemon.catalog.CatalogState;
import dev.sandstone.daemon.catalog.GrantEntry;
import java.net.InetAddress;
import java.util.List;

/**
 * Who sees what.
 *
 * <p>GRANTED: an initiator is a host with at least one grant, and sees what it was granted. OPEN: while no host is
 * defined, any initiator on this machine sees every volume and mounted snapshot at its own number; from the first host on
 * the rule is GRANTED, so that defining a host never leaves a door open beside it.
 */
public enum AccessRule {
    OPEN,
    GRANTED;

    /** Whether the rule lets everyone in as things stand. */
    public boolean openTo(CatalogState state) {
        return this == OPEN && state.hosts().isEmpty();
    }

    /** @param initiator normalised name */
    boolean admits(CatalogState state, String initiator, InetAddress from) {
        if (openTo(state)) {
            return from.isLoopbackAddress();
        }
        return !granted(state, initiator).isEmpty();
    }

    /** What an initiator that was let in sees. */
    List<GrantEntry> visible(CatalogState state, String initiator) {
        if (openTo(state)) {
            return state.units().stream()
                    .map(volume -> new GrantEntry(volume.name(), "", volume.lun(), false))
                    .toList();
        }
        return granted(state, initiator);
    }

    private static List<GrantEntry> granted(CatalogState state, String initiator) {
        return state.hostOf(initiator)
                .map(host -> state.grantsOfHost(host.name()))
                .orElse(List.of());
    }
}
