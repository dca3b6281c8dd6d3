package dev.sandstone.scsi.unit;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The bytes that keep {@link UnitMemory.Facts}, big-endian:
 *
 * <pre>
 *   0  u16  version, 1
 *   2  u8   erasing: 0 none, 1 sanitize running, 2 with AUSE, 3 sanitize failed, 4 with AUSE, 5 format begun and not ended
 *   3  u8   reserved, 0
 *   4  u16  bytes of identifying information, then these
 *   .  u16  bytes of identifying text, then these
 *   .  u16  bytes of saved mode pages, then these
 *   .  u16  bytes of the pattern of a sanitize, then these
 * </pre>
 */
final class UnitMemoryCodec {
    private static final short VERSION = 1;
    private static final int MOST_PAGE_BYTES = 4096;
    private static final int MOST_PATTERN_BYTES = 512;

    private UnitMemoryCodec() {}

    static byte[] encode(UnitMemory.Facts facts) {
        byte[][] fields = {facts.information(), facts.text(), facts.modePages(), facts.pattern()};
        int bytes =
                4 + Arrays.stream(fields).mapToInt(field -> 2 + field.length).sum();
        ByteBuffer out = ByteBuffer.allocate(bytes).putShort(VERSION);
        out.put((byte) facts.erase().code()).put((byte) 0);
        for (byte[] field : fields) {
            out.putShort((short) field.length).put(field);
        }
        return out.array();
    }

    /** @throws IllegalArgumentException saying what is wrong with the bytes */
    static UnitMemory.Facts decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length < 4 || in.getShort() != VERSION) {
            throw new IllegalArgumentException("what the unit remembers is of another version");
        }
        UnitMemory.Erase erase = UnitMemory.Erase.of(in.get());
        if (erase == null || in.get() != 0) {
            throw new IllegalArgumentException("what the unit remembers has an unknown state of erasing");
        }
        byte[] information = field(in, UnitMemory.MOST_INFORMATION_BYTES);
        byte[] text = field(in, UnitMemory.MOST_TEXT_BYTES);
        byte[] pages = field(in, MOST_PAGE_BYTES);
        byte[] pattern = field(in, MOST_PATTERN_BYTES);
        if (in.hasRemaining()) {
            throw new IllegalArgumentException("what the unit remembers is too long");
        }
        return new UnitMemory.Facts(information, text, pages, erase, pattern);
    }

    private static byte[] field(ByteBuffer in, int most) {
        int length = in.remaining() < 2 ? most + 1 : in.getShort() & 0xFFFF;
        if (length > Math.min(most, in.remaining())) {
            throw new IllegalArgumentException("what the unit remembers is cut off");
        }
        byte[] field = new byte[length];
        in.get(field);
        return field;
    }
}
