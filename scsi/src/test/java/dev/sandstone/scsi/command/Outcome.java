package dev.sandstone.scsi.command;

import dev.sandstone.scsi.sense.SenseData;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * How a command ended.
 *
 * @param status SAM-5 status code
 * @param sense for CHECK CONDITION
 * @param dataIn what it sent
 */
public record Outcome(int status, @Nullable SenseData sense, byte[] dataIn) {

    /** {@code GOOD}, or key and codes as {@code ILLEGAL_REQUEST/24/00}, or the status code. */
    public String text() {
        if (sense != null) {
            return sense.toString();
        }
        return status == 0 ? "GOOD" : "status " + status;
    }

    /** The text with the field pointer as {@code @byte.bit} where there is one. */
    public String textAndPointer() {
        if (sense == null) {
            return text();
        }
        byte[] fixed = sense.encode(false);
        if (fixed[15] == 0) {
            return text();
        }
        String bit = (fixed[15] & 0x08) == 0 ? "" : "." + (fixed[15] & 7);
        return text() + "@" + ByteBuffer.wrap(fixed).getShort(16) + bit;
    }

    /** The sense of a command that must have failed. */
    public SenseData senseOrThrow() {
        if (sense == null) {
            throw new AssertionError("no sense: " + text());
        }
        return sense;
    }

    public String hex() {
        return HexFormat.of().formatHex(dataIn);
    }
}
