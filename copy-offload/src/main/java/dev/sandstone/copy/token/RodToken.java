package dev.sandstone.copy.token;

import dev.sandstone.copy.job.CopyEnd;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A ROD token (SPC-4 5.17.6.5.1), 512 of them, big-endian:
 *
 * <pre>
 *    0  ROD TYPE (4)
 *    4  reserved (2)
 *    6  ROD TOKEN LENGTH 01F8h (2)
 *    8  COPY MANAGER ROD TOKEN IDENTIFIER (8)
 *   16  CREATOR LOGICAL UNIT DESCRIPTOR (32): an Identification Descriptor CSCD descriptor
 *   48  NUMBER OF BYTES REPRESENTED (16)
 *   64  reserved (32)
 *   96  device type specific data (32): LOGICAL BLOCK LENGTH IN BYTES (4), reserved
 *  128  TARGET DEVICE DESCRIPTOR (128): a designation descriptor, padded with zeros
 *  256  EXTENDED ROD TOKEN DATA (256): random
 * </pre>
 */
public final class RodToken {
    public static final int BYTES = 512;

    /** A ROD management token: header and body. */
    public static final int MANAGEMENT_BYTES = 96;

    private static final int BLOCK_DEVICE_ZERO = 0xFFFF_0001;

    /** What POPULATE TOKEN makes here: later changes of the source do not show in it. */
    public static final int POINT_IN_TIME_PERSISTENT = 0x0080_0002;

    /** ROD types that may be asked for, and are served as {@link #POINT_IN_TIME_PERSISTENT} or as themselves. */
    public static final int POINT_IN_TIME_DEFAULT = 0x0080_0000;

    public static final int POINT_IN_TIME_ANY = 0x0080_FFFF;

    private static final int LENGTH = BYTES - 8;
    private static final int IDENTIFIER_AT = 8;
    private static final int CREATOR_AT = 16;
    private static final int REPRESENTED_AT = 56;
    private static final int BLOCK_LENGTH_AT = 96;
    private static final int TARGET_AT = 128;
    private static final int RANDOM_AT = 256;
    private static final int MOST_TARGET_NAME = 123;

    private final byte[] bytes;

    private RodToken(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Whatever an initiator calls a token; {@value #BYTES} bytes. */
    public static RodToken of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a token has " + BYTES + " bytes, not " + bytes.length);
        }
        return new RodToken(bytes.clone());
    }

    /** A new token that nobody can guess. */
    static RodToken create(long identifier, Claim claim, SecureRandom random) {
        byte[] secret = new byte[BYTES - RANDOM_AT];
        random.nextBytes(secret);
        ByteBuffer out = ByteBuffer.allocate(BYTES);
        out.putInt(POINT_IN_TIME_PERSISTENT).putShort(6, (short) LENGTH).putLong(IDENTIFIER_AT, identifier);
        creator(out, HexFormat.of().parseHex(claim.unit().attributes().naa()));
        out.putLong(REPRESENTED_AT, claim.blocks() * CopyEnd.BLOCK_BYTES).putInt(BLOCK_LENGTH_AT, CopyEnd.BLOCK_BYTES);
        target(out, claim.nexus().targetName());
        return new RodToken(out.put(RANDOM_AT, secret).array());
    }

    private static void creator(ByteBuffer out, byte[] naa) {
        out.put(CREATOR_AT, (byte) 0xE4).put(CREATOR_AT + 4, (byte) 1).put(CREATOR_AT + 5, (byte) 3);
        out.put(CREATOR_AT + 7, (byte) naa.length).put(CREATOR_AT + 8, naa);
        out.putShort(CREATOR_AT + 30, (short) CopyEnd.BLOCK_BYTES);
    }

    /** A SCSI name string of the target device; a name too long for the field is cut. */
    private static void target(ByteBuffer out, String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        int kept = Math.min(utf8.length, MOST_TARGET_NAME);
        int length = (kept + 4) & ~3;
        out.put(TARGET_AT, (byte) 0x53).put(TARGET_AT + 1, (byte) 0xA8).put(TARGET_AT + 3, (byte) length);
        out.put(TARGET_AT + 4, utf8, 0, kept);
    }

    /** A copy of all bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** Its ROD management token: header and body, without what makes it hard to guess. */
    byte[] managementToken() {
        return Arrays.copyOf(bytes, MANAGEMENT_BYTES);
    }

    private int type() {
        return ByteBuffer.wrap(bytes).getInt();
    }

    /** Whether it is the block device zero ROD token: zeros without end (SBC-4 4.28.4). */
    public boolean isZeros() {
        return type() == BLOCK_DEVICE_ZERO;
    }

    /** Whether its ROD TYPE is that of the tokens that are made here. */
    boolean isPointInTime() {
        return type() == POINT_IN_TIME_PERSISTENT;
    }

    /** Whether ROD TOKEN LENGTH is that of every token here. */
    public boolean hasRightLength() {
        return ByteBuffer.wrap(bytes).getShort(6) == LENGTH;
    }

    /** COPY MANAGER ROD TOKEN IDENTIFIER. */
    long identifier() {
        return ByteBuffer.wrap(bytes).getLong(IDENTIFIER_AT);
    }

    /** Whether all bytes are the same; takes the same time whatever they are. */
    boolean isSame(RodToken other) {
        return MessageDigest.isEqual(bytes, other.bytes);
    }
}
