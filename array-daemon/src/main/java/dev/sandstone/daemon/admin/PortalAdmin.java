package dev.sandstone.daemon.admin;

import dev.sandstone.config.HostPort;
import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.Portals;
import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.PortalEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Portals: which paths are the better ones, and where sessions are sent. What an operator sets stays with the address that the
 * configuration gives the portal; what an initiator makes of a path (SET TARGET PORT GROUPS) ends with the process.
 */
public final class PortalAdmin {
    private static final String OPTIMIZED = "optimized";
    private static final String NON_OPTIMIZED = "non-optimized";

    private static final Logger LOG = LoggerFactory.getLogger(PortalAdmin.class);

    private final Catalog catalog;
    /** Keys of the entries. */
    private final List<String> listens;

    private final Exposure exposure;
    private final ChangeLock lock;

    /** @param configured the portals as the configuration writes them, in the order of {@link Exposure#portals} */
    public PortalAdmin(Catalog catalog, List<String> configured, Exposure exposure, ChangeLock lock) {
        this.catalog = catalog;
        this.listens = distinct(configured);
        this.exposure = exposure;
        this.lock = lock;
    }

    /** Port 0 may be asked for several times: each is a portal of its own. */
    private static List<String> distinct(List<String> configured) {
        List<String> distinct = new ArrayList<>();
        for (int i = 0; i < configured.size(); i++) {
            String listen = configured.get(i);
            int same = Collections.frequency(configured.subList(0, i), listen);
            distinct.add(same == 0 ? listen : listen + "#" + (same + 1));
        }
        return List.copyOf(distinct);
    }

    /** Makes the portals what they were set to. A redirect that would now send sessions in a circle is left out, and told. */
    public void restore() {
        for (int id = 1; id <= listens.size(); id++) {
            PortalEntry entry = entry(id);
            if (!entry.optimized()) {
                exposure.access(id, false);
            }
            try {
                exposure.redirect(id, route(id, new Portals.Update(null, entry.redirect(), flag(entry))));
            } catch (ApiException impossible) {
                LOG.error("portal {} is not redirected as it was set to: {}", id, impossible.getMessage());
            }
        }
    }

    private PortalEntry entry(int id) {
        String listen = listens.get(id - 1);
        return catalog.state().portal(listen).orElseGet(() -> new PortalEntry(listen, true, null, false));
    }

    private static @Nullable Boolean flag(PortalEntry entry) {
        return entry.redirect() == null ? null : (Boolean) entry.permanent();
    }

    public List<Portals.View> list() {
        List<String> addresses = exposure.portals();
        List<Portals.View> portals = new ArrayList<>();
        for (int id = 1; id <= addresses.size(); id++) {
            portals.add(view(id, addresses.get(id - 1)));
        }
        return portals;
    }

    /** @param number as it stands in the path */
    public Portals.View show(String number) {
        int id = id(number);
        return view(id, exposure.portals().get(id - 1));
    }

    public Portals.View set(String number, Portals.Update update) {
        return lock.change(() -> {
            int id = id(number);
            Boolean optimized = access(update.access());
            Optional<Exposure.Route> route = route(id, update);
            PortalEntry entry = entry(id);
            if (optimized != null) {
                entry = new PortalEntry(entry.listen(), optimized, entry.redirect(), entry.permanent());
            }
            if (update.redirect() != null) {
                String to = route.map(Exposure.Route::address).orElse(null);
                boolean permanent = route.map(Exposure.Route::permanent).orElse(false);
                entry = new PortalEntry(entry.listen(), entry.optimized(), to, permanent);
            }
            catalog.changePortal(entry);
            if (optimized != null) {
                exposure.access(id, optimized);
            }
            if (update.redirect() != null) {
                exposure.redirect(id, route);
            }
            return show(number);
        });
    }

    private Portals.View view(int id, String address) {
        List<Boolean> optimized = exposure.access(id).stream().distinct().toList();
        String access = optimized.size() > 1 ? "mixed" : optimized.get(0) ? OPTIMIZED : NON_OPTIMIZED;
        Optional<Exposure.Route> route = exposure.redirect(id);
        return new Portals.View(
                id,
                address,
                access,
                route.map(Exposure.Route::address).orElse(null),
                route.map(Exposure.Route::permanent).orElse(false));
    }

    private int id(String number) {
        int portals = exposure.portals().size();
        for (int id = 1; id <= portals; id++) {
            if (number.equals(Integer.toString(id))) {
                return id;
            }
        }
        throw new ApiException(
                ErrorCode.PORTAL_NOT_FOUND,
                "there is no portal " + number,
                "the array has " + portals + (portals == 1 ? " portal" : " portals"),
                "list them: san portal list");
    }

    private static @Nullable Boolean access(@Nullable String text) {
        if (text == null) {
            return null;
        }
        return switch (text) {
            case OPTIMIZED -> true;
            case NON_OPTIMIZED -> false;
            default ->
                throw new ApiException(
                        ErrorCode.BAD_VALUE,
                        "no such access \"" + text + "\"",
                        "paths of this array are better or worse, and all serve",
                        "use " + OPTIMIZED + " or " + NON_OPTIMIZED);
        };
    }

    private Optional<Exposure.Route> route(int id, Portals.Update update) {
        String to = update.redirect();
        if (to == null || to.isEmpty()) {
            if (update.redirectPermanent() != null) {
                throw refused(
                        "nothing is redirected",
                        "redirect_permanent says how a redirect is meant",
                        "name redirect too");
            }
            return Optional.empty();
        }
        HostPort address;
        try {
            address = HostPort.parse(to);
        } catch (IllegalArgumentException malformed) {
            throw refused("\"" + to + "\" is no address", String.valueOf(malformed.getMessage()), "write HOST:PORT");
        }
        if (address.port() == 0) {
            throw refused("\"" + to + "\" is no address", "nobody can connect to port 0", "name the port of a portal");
        }
        List<String> own = exposure.portals();
        int target = own.indexOf(address.toString()) + 1;
        boolean circle =
                target == id || (target > 0 && exposure.redirect(target).isPresent()) || redirectedTo(own.get(id - 1));
        if (circle) {
            throw refused(
                    "sessions of portal " + id + " would be sent in a circle or twice",
                    "of two portals only one can send sessions to the other",
                    "look at san portal list; end the other redirect first");
        }
        return Optional.of(new Exposure.Route(address.toString(), Boolean.TRUE.equals(update.redirectPermanent())));
    }

    private boolean redirectedTo(String address) {
        for (int id = 1; id <= exposure.portals().size(); id++) {
            if (exposure.redirect(id).map(Exposure.Route::address).equals(Optional.of(address))) {
                return true;
            }
        }
        return false;
    }

    private static ApiException refused(String title, String cause, String fix) {
        return new ApiException(ErrorCode.BAD_VALUE, title, cause, fix);
    }
}
