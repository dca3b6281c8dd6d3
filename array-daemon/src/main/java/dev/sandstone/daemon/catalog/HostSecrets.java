package dev.sandstone.daemon.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sandstone.daemon.api.Hosts;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The CHAP secrets of hosts, sealed in the catalog, opened only for a login. Safe from any thread. */
public final class HostSecrets {
    private final Sealer sealer;

    public HostSecrets(Sealer sealer) {
        this.sealer = sealer;
    }

    /** The entry of a new host. */
    public HostEntry seal(Hosts.Create asked, String iqn) {
        return new HostEntry(
                asked.name(),
                iqn,
                asked.chapUser(),
                seal(chapPlace(asked.name()), asked.chapSecret()),
                asked.mutualUser(),
                seal(mutualPlace(asked.name()), asked.mutualSecret()));
    }

    /** What the host must prove. */
    public Optional<byte[]> chap(HostEntry host) {
        return open(chapPlace(host.name()), host.chapSecret());
    }

    /** What the array proves to the host. */
    public Optional<byte[]> mutual(HostEntry host) {
        return open(mutualPlace(host.name()), host.mutualSecret());
    }

    /** Whether the host's secrets are those asked for. */
    public boolean match(HostEntry host, Hosts.Create asked) {
        return equal(chap(host), asked.chapSecret()) && equal(mutual(host), asked.mutualSecret());
    }

    private static boolean equal(Optional<byte[]> kept, @Nullable String asked) {
        if (asked == null) {
            return kept.isEmpty();
        }
        return kept.isPresent() && MessageDigest.isEqual(kept.get(), asked.getBytes(UTF_8));
    }

    private @Nullable String seal(String place, @Nullable String secret) {
        return secret == null ? null : sealer.seal(place, secret.getBytes(UTF_8));
    }

    private Optional<byte[]> open(String place, @Nullable String sealed) {
        return sealed == null ? Optional.empty() : Optional.of(sealer.open(place, sealed));
    }

    private static String chapPlace(String host) {
        return "host/" + host + "/chap";
    }

    private static String mutualPlace(String host) {
        return "host/" + host + "/mutual";
    }
}
