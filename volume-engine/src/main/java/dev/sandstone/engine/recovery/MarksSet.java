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
 * 16  24 each: lineage of the volume's head u64, beginning of its window u64 in microseconds, then u64
 *     1: marked now, 0: not
 *     more: as below, in microseconds since 1970; and marked now where the highest bit is set
 * </pre>
 *
 * A volume may have changed and not been marked in time, because the pool was full or its disk slow. Then the mark that was its
 * newest does not show it from that time on.
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
     * @param late from which time on its mark before does not show it, in microseconds since 1970; 0 when that shows all
     */
    public record Member(long lineage, long from, boolean marked, long late) {
        private long kind() {
            if (late > 1) {
                return marked ? late | Long.MIN_VALUE : late;
            }
            return marked ? 1 : 0;
        }
    }

    public byte[] encode() {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + members.size() * MEMBER_BYTES);
        bytes.putShort(VERSION).putShort((short) members.size()).putInt(0).putLong(micros);
        for (Member member : members) {
            bytes.putLong(member.lineage()).putLong(member.from()).putLong(member.kind());
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
            long kind = at.getLong();
            long late = kind & Long.MAX_VALUE;
            if (lineage <= 0 || (kind < 0 && late <= 1)) {
                throw new IllegalArgumentException("mark of lineage " + lineage + ", kind " + kind);
            }
            members.add(new Member(lineage, from, kind == 1 || kind < 0, late > 1 ? late : 0));
        }
        return new MarksSet(micros, members);
    }
}
