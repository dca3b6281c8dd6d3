package dev.sandstone.engine.recovery;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * A part of an annex: the payload of a RESERVATION record and the value of its row in the table ANNEX.
 *
 * <p>An annex is what a layer above keeps with a volume: bytes of its own meaning, such as persistent reservations, of a
 * kind, replaced as a whole. One that is longer than a record is written in parts. The parts of two successive versions
 * go to different slots, so until the last part of the new one is there, the old one is whole.
 *
 * <pre>
 *  0  u16  version, 1
 *  2  u8   kind, at least 1
 *  3  u8   slot, 0 or 1
 *  4  u16  index of the part, from 0
 *  6  u16  parts in all, 1 to 32
 *  8  16   uuid of the volume, most significant half first
 * 24  u64  version of the annex, from 1, growing
 * 32  ...  bytes; 4064 in every part but the last
 * </pre>
 *
 * Big-endian.
 */
public record AnnexPart(UUID volume, int kind, int slot, Place place, byte[] bytes) {
    /** Most bytes of an annex. */
    public static final int MOST_ANNEX_BYTES = 32 * 4064;

    static final int MOST_PARTS = 32;

    private static final int HEADER_BYTES = 32;
    private static final int MOST_BYTES = 4096 - HEADER_BYTES;
    private static final int MOST_KIND = 255;
    private static final short VERSION = 1;

    /**
     * Which part of which version.
     *
     * @param sequence version of the annex
     * @param index of the part
     * @param count parts in all
     */
    public record Place(long sequence, int index, int count) {}

    /** How many parts an annex of that size has; an empty one has one. */
    static int parts(int bytes) {
        return Math.max(1, Math.ceilDiv(bytes, MOST_BYTES));
    }

    /** The bytes of the part with that index. */
    static byte[] slice(byte[] annex, int index) {
        int from = index * MOST_BYTES;
        byte[] part = new byte[Math.min(MOST_BYTES, annex.length - from)];
        System.arraycopy(annex, from, part, 0, part.length);
        return part;
    }

    public byte[] encode() {
        return ByteBuffer.allocate(HEADER_BYTES + bytes.length)
                .putShort(VERSION)
                .put((byte) kind)
                .put((byte) slot)
                .putShort((short) place.index())
                .putShort((short) place.count())
                .putLong(volume.getMostSignificantBits())
                .putLong(volume.getLeastSignificantBits())
                .putLong(place.sequence())
                .put(bytes)
                .array();
    }

    /** The key of its row. */
    public byte[] key() {
        return key(volume, kind, slot, place.index());
    }

    static byte[] key(UUID volume, int kind, int slot, int index) {
        return ByteBuffer.allocate(20)
                .putLong(volume.getMostSignificantBits())
                .putLong(volume.getLeastSignificantBits())
                .put((byte) kind)
                .put((byte) slot)
                .putShort((short) index)
                .array();
    }

    /**
     * Reads a part, position to limit, leaving the buffer as it is.
     *
     * @throws IllegalArgumentException saying what is wrong with the bytes
     */
    public static AnnexPart decode(ByteBuffer payload) {
        int at = payload.position();
        int length = payload.remaining() - HEADER_BYTES;
        if (length < 0 || length > MOST_BYTES) {
            throw new IllegalArgumentException("part of an annex of " + payload.remaining() + " bytes");
        }
        if (payload.getShort(at) != VERSION) {
            throw new IllegalArgumentException(
                    "part of an annex of version " + payload.getShort(at) + ", known is " + VERSION);
        }
        int kind = payload.get(at + 2) & 0xFF;
        int slot = payload.get(at + 3);
        int index = payload.getShort(at + 4) & 0xFFFF;
        int count = payload.getShort(at + 6) & 0xFFFF;
        long sequence = payload.getLong(at + 24);
        boolean last = index == count - 1;
        if (kind < 1 || kind > MOST_KIND || slot < 0 || slot > 1 || sequence < 1) {
            throw new IllegalArgumentException("part of an annex of kind " + kind + ", slot " + slot);
        }
        if (index >= count || count > MOST_PARTS || (!last && length != MOST_BYTES)) {
            throw new IllegalArgumentException("part " + index + " of " + count + " of an annex, " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        payload.duplicate().position(at + HEADER_BYTES).get(bytes);
        UUID volume = new UUID(payload.getLong(at + 8), payload.getLong(at + 16));
        return new AnnexPart(volume, kind, slot, new Place(sequence, index, count), bytes);
    }
}
