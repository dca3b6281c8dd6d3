package dev.sandstone.engine.recovery;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The payload of a SNAP record: snapshots of some lineages, all as of the record.
 *
 * <pre>
 *  0  u16  version, 1
 *  2  u16  members
 *  4  u32  reserved, 0
 *  8  u64  wall clock, microseconds since 1970
 * 16  24 each: uuid of the snapshot 16, lineage u64
 * </pre>
 *
 * Big-endian. Volume and size are those that the lineage has at the record.
 */
public record SnapshotsTaken(long micros, List<Member> members) {
    /** Most members of one record. */
    public static final int MOST_MEMBERS = 160;

    private static final int HEADER_BYTES = 16;
    private static final int MEMBER_BYTES = 24;
    private static final short VERSION = 1;

    /** One snapshot. */
    public record Member(UUID id, long lineage) {}

    public byte[] encode() {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + members.size() * MEMBER_BYTES);
        bytes.putShort(VERSION).putShort((short) members.size()).putInt(0).putLong(micros);
        for (Member member : members) {
            bytes.putLong(member.id().getMostSignificantBits());
            bytes.putLong(member.id().getLeastSignificantBits());
            bytes.putLong(member.lineage());
        }
        return bytes.array();
    }

    /**
     * Reads a payload, leaving the buffer as it is.
     *
     * @throws IllegalArgumentException saying what is wrong with the bytes
     */
    static SnapshotsTaken decode(ByteBuffer bytes) {
        ByteBuffer at = bytes.duplicate();
        Payloads.header(at, "list of snapshots", VERSION, MEMBER_BYTES, HEADER_BYTES);
        long micros = at.getLong();
        List<Member> members = new ArrayList<>();
        while (at.hasRemaining()) {
            Member member = new Member(new UUID(at.getLong(), at.getLong()), at.getLong());
            if (member.lineage() <= 0) {
                throw new IllegalArgumentException("snapshot of lineage " + member.lineage());
            }
            members.add(member);
        }
        return new SnapshotsTaken(micros, members);
    }
}
