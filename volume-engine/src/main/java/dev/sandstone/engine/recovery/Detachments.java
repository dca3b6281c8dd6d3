package dev.sandstone.engine.recovery;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The payload of a FORK record of version 2: lineages that are to become independent of their parents, or that are.
 *
 * <pre>
 *  0  u16  version, 2
 *  2  u16  members
 *  4  u32  reserved, 0
 *  8  u64  wall clock, microseconds since 1970
 * 16  16 each: lineage u64; u64 0: what it inherits becomes its own from now on, 1: it lets go of its parent
 * </pre>
 *
 * Big-endian.
 */
public record Detachments(long micros, List<Member> members) {
    /** Most members of one record. */
    public static final int MOST_MEMBERS = 250;

    private static final int HEADER_BYTES = 16;
    private static final int MEMBER_BYTES = 16;
    private static final short VERSION = 2;

    /**
     * One lineage.
     *
     * @param done whether it lets go of its parent
     */
    public record Member(long lineage, boolean done) {}

    /** All of them at the same step. */
    public static Detachments of(long micros, List<Long> lineages, boolean done) {
        return new Detachments(
                micros,
                lineages.stream().map(lineage -> new Member(lineage, done)).toList());
    }

    /** Whether the payload of a FORK record is one of these. */
    static boolean is(ByteBuffer bytes) {
        return bytes.remaining() >= Short.BYTES && bytes.getShort(bytes.position()) == VERSION;
    }

    public byte[] encode() {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + members.size() * MEMBER_BYTES);
        bytes.putShort(VERSION).putShort((short) members.size()).putInt(0).putLong(micros);
        members.forEach(member -> bytes.putLong(member.lineage()).putLong(member.done() ? 1 : 0));
        return bytes.array();
    }

    /**
     * Reads a payload, leaving the buffer as it is.
     *
     * @throws IllegalArgumentException saying what is wrong with the bytes
     */
    static Detachments decode(ByteBuffer bytes) {
        ByteBuffer at = bytes.duplicate();
        Payloads.header(at, "list of detachments", VERSION, MEMBER_BYTES, HEADER_BYTES);
        long micros = at.getLong();
        List<Member> members = new ArrayList<>();
        while (at.hasRemaining()) {
            long lineage = at.getLong();
            long step = at.getLong();
            if (lineage <= 0 || step < 0 || step > 1) {
                throw new IllegalArgumentException("detachment of lineage " + lineage + ", step " + step);
            }
            members.add(new Member(lineage, step == 1));
        }
        return new Detachments(micros, members);
    }
}
