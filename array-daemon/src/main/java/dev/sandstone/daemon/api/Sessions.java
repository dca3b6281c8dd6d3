package dev.sandstone.daemon.api;

import java.util.List;

/** Answers about iSCSI sessions. */
public final class Sessions {
    private Sessions() {}

    /**
     * @param host the name of the host, or empty when none is defined for the initiator
     * @param type {@code normal} or {@code discovery}
     */
    public record View(
            String initiator,
            String host,
            String address,
            String target,
            String type,
            String isid,
            int tsih,
            boolean headerDigest,
            boolean dataDigest,
            long commands) {}

    public record Page(List<View> items) {}
}
