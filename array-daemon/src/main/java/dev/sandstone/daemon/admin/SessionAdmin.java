package dev.sandstone.daemon.admin;

import dev.sandstone.daemon.api.Sessions;
import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.HostEntry;
import java.util.List;
import java.util.Locale;

/** iSCSI sessions: who is logged in. */
public final class SessionAdmin {
    private final Catalog catalog;
    private final Exposure exposure;

    public SessionAdmin(Catalog catalog, Exposure exposure) {
        this.catalog = catalog;
        this.exposure = exposure;
    }

    public List<Sessions.View> list() {
        return exposure.sessions().stream().map(this::view).toList();
    }

    private Sessions.View view(Exposure.Session session) {
        String host = catalog.state()
                .hostOf(session.initiator().toLowerCase(Locale.ROOT))
                .map(HostEntry::name)
                .orElse("");
        return new Sessions.View(
                session.initiator(),
                host,
                session.address(),
                session.target().orElse(""),
                session.target().isPresent() ? "normal" : "discovery",
                session.isid(),
                session.tsih(),
                session.headerDigest(),
                session.dataDigest(),
                session.commands());
    }
}
