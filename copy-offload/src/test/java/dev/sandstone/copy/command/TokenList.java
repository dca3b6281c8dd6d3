package dev.sandstone.copy.command;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Builds the parameter lists of POPULATE TOKEN and WRITE USING TOKEN, right or wrong. */
final class TokenList {
    private final List<long[]> ranges = new ArrayList<>();
    private int flags;
    private int timeout;
    private int rodType;
    private long offset;

    static TokenList of(long lba, int blocks) {
        return new TokenList().range(lba, blocks);
    }

    TokenList range(long lba, int blocks) {
        ranges.add(new long[] {lba, blocks});
        return this;
    }

    /** IMMED, in both lists. */
    TokenList immediate() {
        flags |= 1;
        return this;
    }

    /** DEL_TKN of WRITE USING TOKEN. */
    TokenList delete() {
        flags |= 2;
        return this;
    }

    /** RTV and ROD TYPE of POPULATE TOKEN. */
    TokenList type(int value) {
        flags |= 2;
        rodType = value;
        return this;
    }

    TokenList timeout(int seconds) {
        timeout = seconds;
        return this;
    }

    TokenList offset(long blocks) {
        offset = blocks;
        return this;
    }

    byte[] populate() {
        ByteBuffer out = ByteBuffer.allocate(16 + ranges.size() * 16);
        out.putShort(0, (short) (out.capacity() - 2)).put(2, (byte) flags);
        out.putInt(4, timeout).putInt(8, rodType);
        return list(out.array(), 16);
    }

    byte[] write(byte[] token) {
        ByteBuffer out = ByteBuffer.allocate(536 + ranges.size() * 16);
        out.putShort(0, (short) (out.capacity() - 2)).put(2, (byte) flags);
        out.putLong(8, offset).put(16, token);
        return list(out.array(), 536);
    }

    private byte[] list(byte[] list, int header) {
        ByteBuffer out = ByteBuffer.wrap(list);
        out.putShort(header - 2, (short) (ranges.size() * 16));
        for (int i = 0; i < ranges.size(); i++) {
            out.putLong(header + i * 16, ranges.get(i)[0]).putInt(header + i * 16 + 8, (int) ranges.get(i)[1]);
        }
        return list;
    }
}
