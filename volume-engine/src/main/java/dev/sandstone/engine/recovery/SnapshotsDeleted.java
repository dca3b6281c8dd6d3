package dev.sandstone.engine.recovery;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The payload of a SNAPDEL record: snapshots that are gone.
 *
 * <pre>
 *  0  u16  version, 1
 *  2  u16  members
 *  4  u32  reserved, 0
 *  8  16 each: uuid of the snapshot
 * </pre>
 *
 * Big-endian.
 */
public record SnapshotsDeleted(List<UUID> members) {
    /** Most members of one record. */
    public static final int MOST_MEMBERS = 250;

    private static final int HEADER_BYTES = 8;
    private static final int MEMBER_BYTES = 16;
    private static final short VERSION = 1;

    public byte[] encode() {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + members.size() * MEMBER_BYTES);
        bytes.putShort(VERSION).putShort((short) members.size()).putInt(0);
        members.forEach(id -> bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()));
        return bytes.array();
    }

    /**
     * Reads a payload, leaving the buffer as it is.
     *
     * @throws IllegalArgumentException saying what is wrong with the bytes
     */
    static SnapshotsDeleted decode(ByteBuffer bytes) {
        ByteBuffer at = bytes.duplicate();
        Payloads.header(at, "list of deleted snapshots", VERSION, MEMBER_BYTES, HEADER_BYTES);
        List<UUID> members = new ArrayList<>();
        while (at.hasRemaining()) {
            members.add(new UUID(at.getLong(), at.getLong()));
        }
        return new SnapshotsDeleted(members);
    }
}
