package dev.sandstone.engine.recovery;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The payload of a FORK record: new lineages that begin as others were at some moment, and the volumes that are their
 * names from now on.
 *
 * <pre>
 *  0  u16  version, 1
 *  2  u16  members
 *  4  u32  reserved, 0
 *  8  u64  wall clock, microseconds since 1970
 * 16  80 each: volume row 48, parent lineage u64, LSN of the moment u64 (0: this record), uuid of the undo snapshot 16 (0:
 *     none)
 * </pre>
 *
 * Big-endian. A volume that exists is rolled back: what it was becomes its undo snapshot.
 */
public record Forks(long micros, List<Member> members) {
    /** Most members of one record. */
    public static final int MOST_MEMBERS = 50;

    private static final int HEADER_BYTES = 16;
    private static final int MEMBER_BYTES = VolumeRow.BYTES + 32;
    private static final short VERSION = 1;
    private static final UUID NONE = new UUID(0, 0);

    /**
     * One fork.
     *
     * @param row of the volume, with the new lineage
     * @param parentLsn the moment, 0 for that of the record
     * @param undo null for a new volume
     */
    public record Member(
            VolumeRow row,
            long parent,
            long parentLsn,
            @Nullable UUID undo) {}

    public byte[] encode() {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + members.size() * MEMBER_BYTES);
        bytes.putShort(VERSION).putShort((short) members.size()).putInt(0).putLong(micros);
        for (Member member : members) {
            UUID undo = member.undo() == null ? NONE : member.undo();
            member.row().put(bytes).putLong(member.parent()).putLong(member.parentLsn());
            bytes.putLong(undo.getMostSignificantBits()).putLong(undo.getLeastSignificantBits());
        }
        return bytes.array();
    }

    /**
     * Reads a payload, leaving the buffer as it is.
     *
     * @throws IllegalArgumentException saying what is wrong with the bytes
     */
    static Forks decode(ByteBuffer bytes) {
        ByteBuffer at = bytes.duplicate();
        Payloads.header(at, "list of forks", VERSION, MEMBER_BYTES, HEADER_BYTES);
        long micros = at.getLong();
        List<Member> members = new ArrayList<>();
        while (at.hasRemaining()) {
            VolumeRow row = VolumeRow.decode(at.slice(at.position(), VolumeRow.BYTES));
            at.position(at.position() + VolumeRow.BYTES);
            long parent = at.getLong();
            long parentLsn = at.getLong();
            UUID undo = new UUID(at.getLong(), at.getLong());
            if (parent <= 0 || parent >= row.lineage() || parentLsn < 0) {
                throw new IllegalArgumentException("fork of lineage " + parent + " as of " + parentLsn);
            }
            members.add(new Member(row, parent, parentLsn, undo.equals(NONE) ? null : undo));
        }
        return new Forks(micros, members);
    }
}
