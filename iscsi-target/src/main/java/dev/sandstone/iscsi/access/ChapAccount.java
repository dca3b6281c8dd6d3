package dev.sandstone.iscsi.access;

import java.util.Arrays;

/**
 * A CHAP name with its secret.
 *
 * @param name CHAP_N
 * @param secret at least 12 bytes (RFC 7143 12.1.3: 96 bits)
 */
public record ChapAccount(String name, byte[] secret) {
    @Override
    public boolean equals(Object other) {
        return other instanceof ChapAccount that && that.name.equals(name) && Arrays.equals(that.secret, secret);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** Without the secret: this may reach a log. */
    @Override
    public String toString() {
        return "ChapAccount[" + name + "]";
    }
}
