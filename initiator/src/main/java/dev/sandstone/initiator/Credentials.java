package dev.sandstone.initiator;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A CHAP name with its secret.
 *
 * @param secret at least 12 bytes, or a target will not take it
 */
public record Credentials(String name, byte[] secret) {

    public static Credentials of(String name, String secret) {
        return new Credentials(name, secret.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Credentials that && that.name.equals(name) && Arrays.equals(that.secret, secret);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** Without the secret: this may reach a log. */
    @Override
    public String toString() {
        return "Credentials[" + name + "]";
    }
}
