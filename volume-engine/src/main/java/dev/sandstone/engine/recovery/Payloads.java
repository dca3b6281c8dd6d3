package dev.sandstone.engine.recovery;

import java.nio.ByteBuffer;

/** What payloads that list members begin with: version, number of members, four bytes of zeros. */
final class Payloads {
    private Payloads() {}

    /**
     * Reads it and stands behind it; the rest is as long as the members say.
     *
     * @param headerBytes of the whole header, of which these are the first 8
     * @throws IllegalArgumentException saying what is wrong with the bytes
     */
    static void header(ByteBuffer at, String what, int version, int memberBytes, int headerBytes) {
        int bytes = at.remaining();
        if (bytes < headerBytes) {
            throw new IllegalArgumentException(what + " of " + bytes + " bytes");
        }
        int found = at.getShort();
        int members = Short.toUnsignedInt(at.getShort());
        int reserved = at.getInt();
        if (found != version || reserved != 0 || members == 0 || bytes != headerBytes + members * memberBytes) {
            throw new IllegalArgumentException(
                    what + " of version " + found + " with " + members + " members in " + bytes + " bytes");
        }
    }
}
