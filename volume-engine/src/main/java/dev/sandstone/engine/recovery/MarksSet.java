package dev.sandstone.engine.recovery;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The payload of a MARK record: points in time that volumes can be rewound to, and those that are out of their window.
 *
 * <pre>
 *  0  u16  version, 1
 *  2  u16  members
 *  4  u32  reserved, 0
 *  8  u64  wall clock, microseconds since 1970
 * 16  24 each: lineage of the volume's head u64, beginning of its window u64 in microseconds, u64 1: marked now, 0: not
 * </pre>
 *
 * Big-endian.
 */
public record MarksSet(long micros, List<Member> members) {
    /** Most members of one record. */
    public static final int MOST_MEMBERS = 160;

    private static final int HEADER_BYTES = 16;
    private static final int MEMBER_BYTES = 24;
    private static final short VERSION = 1;

    /**
     * One volume.
     *
     * @param from beginning of its window: what lies before the last mark at or before it is kept no more
     * @param marked whether this record is a mark of it
     */
    public record Member(long lineage, long from, boolean marked) {}

    public byte[] encode() {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + members.size() * MEMBER_BYTES);
        bytes.putShort(VERSION).putShort((short) members.size()).putInt(0).putLong(micros);
        for (Member member : members) {
            bytes.putLong(member.lineage()).putLong(member.from()).putLong(member.marked() ? 1 : 0);
        }
        return bytes.array();
    }

    /**
     * Reads a payload, leaving the buffer as it is.
     *
     * @throws IllegalArgumentException saying what is wrong with the bytes
     */
    static MarksSet decode(ByteBuffer bytes) {
        ByteBuffer at = bytes.duplicate();
        Payloads.header(at, "list of marks", VERSION, MEMBER_BYTES, HEADER_BYTES);
        long micros = at.getLong();
        List<Member> members = new ArrayList<>();
        while (at.hasRemaining()) {
            long lineage = at.getLong();
            long from = at.getLong();
            long marked = at.getLong();
            if (lineage <= 0 || marked < 0 || marked > 1) {
                throw new IllegalArgumentException("mark of lineage " + lineage + ", kind " + marked);
            }
            members.add(new Member(lineage, from, marked == 1));
        }
        return new MarksSet(micros, members);
    }
}
