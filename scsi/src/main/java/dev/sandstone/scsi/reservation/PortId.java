package dev.sandstone.scsi.reservation;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * An I_T nexus by the names of its ports: what a registration is made for, whether the nexus is there now or not.
 *
 * <p>Whatever can be made can be kept, so that no registration is taken that a restart would not find.
 *
 * @param initiatorPort name of the initiator port, at most {@link #MOST_NAME_BYTES} of UTF-8
 * @param targetPort RELATIVE TARGET PORT IDENTIFIER of the target port
 */
public record PortId(String initiatorPort, int targetPort) {
    /** Longest name of an initiator port: that of iSCSI is at most 240 (RFC 7143 4.2.7). */
    public static final int MOST_NAME_BYTES = 255;

    private static final int MOST_TARGET_PORT = 0xFFFF;

    public PortId {
        int bytes = encodedBytes(initiatorPort);
        if (bytes > MOST_NAME_BYTES || targetPort < 0 || targetPort > MOST_TARGET_PORT) {
            throw new IllegalArgumentException("a port's name of " + bytes + " bytes, target port " + targetPort);
        }
    }

    private static int encodedBytes(String name) {
        try {
            return StandardCharsets.UTF_8
                    .newEncoder()
                    .encode(CharBuffer.wrap(name))
                    .remaining();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a port's name that is no text", e);
        }
    }
}
