package dev.sandstone.daemon.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.Hosts;
import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.CatalogState;
import dev.sandstone.daemon.catalog.HostEntry;
import dev.sandstone.daemon.catalog.HostSecrets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Hosts: the initiators that may be granted volumes. */
public final class HostAdmin {
    /** RFC 7143 12.1.3: 96 bits; RFC 7143 6.1: a value has at most 255 bytes. */
    private static final int MIN_SECRET = 12;

    private static final int MAX_TEXT = 255;

    private final Catalog catalog;
    private final HostSecrets secrets;
    private final Exposure exposure;
    private final ChangeLock lock;

    public HostAdmin(Catalog catalog, HostSecrets secrets, Exposure exposure, ChangeLock lock) {
        this.catalog = catalog;
        this.secrets = secrets;
        this.exposure = exposure;
        this.lock = lock;
    }

    public List<Hosts.View> list() {
        return catalog.state().hosts().stream().map(HostAdmin::view).toList();
    }

    public Hosts.View show(String name) {
        return view(entry(name));
    }

    /** Answers the existing host when it is as asked for. */
    public Created<Hosts.View> create(Hosts.Create asked) {
        Names.check("host", asked.name());
        String iqn = Names.initiator(asked.iqn());
        checkAccount("CHAP", asked.chapUser(), asked.chapSecret());
        checkAccount("mutual CHAP", asked.mutualUser(), asked.mutualSecret());
        if (asked.mutualUser() != null && asked.chapUser() == null) {
            throw bad("mutual CHAP without CHAP", "the array proves itself only to a host that proves itself");
        }
        if (asked.mutualSecret() != null && asked.mutualSecret().equals(asked.chapSecret())) {
            throw bad("both secrets are the same", "RFC 7143 12.1.3 demands different secrets for the two directions");
        }
        return lock.change(() -> {
            CatalogState state = catalog.state();
            HostEntry existing = state.host(asked.name()).orElse(null);
            if (existing != null) {
                return new Created<>(sameOrConflict(existing, asked, iqn), false);
            }
            state.hostOf(iqn).ifPresent(other -> {
                throw new ApiException(
                        ErrorCode.INITIATOR_TAKEN,
                        "host \"" + other.name() + "\" has this initiator already",
                        "an initiator belongs to one host",
                        "grant volumes to host \"" + other.name() + "\", or destroy it first");
            });
            HostEntry entry = secrets.seal(asked, iqn);
            catalog.addHost(entry);
            exposure.catalogChanged();
            return new Created<>(view(entry), true);
        });
    }

    private Hosts.View sameOrConflict(HostEntry existing, Hosts.Create asked, String iqn) {
        if (existing.iqn().equals(iqn)
                && Objects.equals(existing.chapUser(), asked.chapUser())
                && Objects.equals(existing.mutualUser(), asked.mutualUser())
                && secrets.match(existing, asked)) {
            return view(existing);
        }
        throw new ApiException(
                ErrorCode.HOST_EXISTS,
                "a host \"" + existing.name() + "\" exists already",
                "it differs in its initiator or its CHAP account from the one asked for",
                "choose another name, or destroy the old one first");
    }

    public void destroy(String name) {
        lock.change(() -> {
            HostEntry entry = entry(name);
            if (!catalog.state().grantsOfHost(name).isEmpty()) {
                throw new ApiException(
                        ErrorCode.HOST_HAS_GRANTS,
                        "host \"" + name + "\" still has grants",
                        "destroying it would cut the host off from its volumes",
                        "destroy its grants first: san grant list, san grant destroy VOLUME " + name);
            }
            catalog.removeHost(entry.name());
            exposure.catalogChanged();
            return name;
        });
    }

    private HostEntry entry(String name) {
        return catalog.state().host(name).orElseThrow(() -> hostNotFound(name));
    }

    static ApiException hostNotFound(String name) {
        return new ApiException(
                ErrorCode.HOST_NOT_FOUND,
                "no host \"" + name + "\"",
                "the array has no host of this name",
                "see the names with: san host list");
    }

    private static void checkAccount(String what, @Nullable String user, @Nullable String secret) {
        if ((user == null) != (secret == null)) {
            throw bad(what + " needs a user and a secret", "only one of the two was given");
        }
        if (user == null || secret == null) {
            return;
        }
        int userBytes = user.getBytes(UTF_8).length;
        if (userBytes == 0 || userBytes > MAX_TEXT || user.chars().anyMatch(Character::isISOControl)) {
            throw bad("the user of " + what + " cannot be used", "it has 1 to 255 bytes and no control characters");
        }
        int bytes = secret.getBytes(UTF_8).length;
        if (bytes < MIN_SECRET || bytes > MAX_TEXT) {
            throw bad("the secret of " + what + " has " + bytes + " bytes", "it must have 12 to 255 bytes");
        }
    }

    private static ApiException bad(String what, String why) {
        return new ApiException(ErrorCode.BAD_VALUE, what, why, "correct the CHAP options");
    }

    private static Hosts.View view(HostEntry entry) {
        return new Hosts.View(entry.name(), entry.iqn(), entry.chapUser(), entry.mutualUser());
    }
}
