package dev.sandstone.daemon.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers about what initiators have reserved. */
public final class Reservations {
    private Reservations() {}

    /**
     * @param state {@code none}, {@code registered} (nothing is reserved), {@code reserved}, or {@code unreadable}: what was kept
     *     cannot be read, so nobody may read or write
     * @param type of the persistent reservation; null without one
     * @param generation PRGENERATION
     * @param heldByReserve whether a host holds the volume by RESERVE, the older way
     */
    public record View(
            String volume,
            String state,
            @Nullable String type,
            long generation,
            boolean heldByReserve,
            List<Registration> registrations) {}

    /**
     * @param initiator name of the initiator port, with ISID
     * @param portal number of the portal; 0 stands for none
     * @param key the reservation key, as {@code 0x} and 16 hexadecimal digits
     * @param holds whether it holds the reservation
     */
    public record Registration(String initiator, int portal, String key, boolean holds) {}
}
