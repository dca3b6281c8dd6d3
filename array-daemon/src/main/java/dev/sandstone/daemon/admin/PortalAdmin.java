package dev.sandstone.daemon.admin;

import dev.sandstone.config.HostPort;
import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.Portals;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Portals: which paths are the better ones, and where sessions are sent. Lasts until the array's end. */
public final class PortalAdmin {
    private static final String OPTIMIZED = "optimized";
    private static final String NON_OPTIMIZED = "non-optimized";

    private final Exposure exposure;
    private final ChangeLock lock;

    public PortalAdmin(Exposure exposure, ChangeLock lock) {
        this.exposure = exposure;
        this.lock = lock;
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
