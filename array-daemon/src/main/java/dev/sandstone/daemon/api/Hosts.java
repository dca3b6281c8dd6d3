package dev.sandstone.daemon.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests and answers about hosts: the initiators that grants name. */
public final class Hosts {
    private Hosts() {}

    /**
     * @param iqn the initiator's name: iqn., eui. or naa. format
     * @param chapUser the CHAP name the host proves; absent: no authentication
     * @param chapSecret its secret, 12 to 255 bytes
     * @param mutualUser the CHAP name the array proves to the host
     * @param mutualSecret its secret, another one than the host's
     */
    public record Create(
            String name,
            String iqn,
            @Nullable String chapUser,
            @Nullable String chapSecret,
            @Nullable String mutualUser,
            @Nullable String mutualSecret) {

        /** Without the secrets: this may reach a log. */
        @Override
        public String toString() {
            return "Create[" + name + ", " + iqn + "]";
        }
    }

    /** Secrets are never answered. */
    public record View(
            String name,
            String iqn,
            @Nullable String chapUser,
            @Nullable String mutualUser) {}

    public record Page(List<View> items) {}
}
