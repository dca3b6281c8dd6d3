package dev.sandstone.scsi.cdb;

import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.CheckCondition;
import dev.sandstone.scsi.sense.SenseData;
import java.nio.ByteBuffer;

/**
 * Reads a parameter list (Data-Out of MODE SELECT, UNMAP and their like), big-endian. A field that is not wholly inside the
 * list ends the command with PARAMETER LIST LENGTH ERROR.
 */
public final class ParameterList {
    private final ByteBuffer data;
    private final int base;
    private final int length;

    /** Reads position to limit of the buffer, which stays as it is. */
    public ParameterList(ByteBuffer data) {
        // A duplicate is big-endian, whatever order its owner uses.
        this.data = data.duplicate();
        this.base = data.position();
        this.length = data.remaining();
    }

    /** Bytes of the list. */
    public int length() {
        return length;
    }

    public int u8(int at) {
        return data.get(index(at, 1)) & 0xFF;
    }

    public int u16(int at) {
        return data.getShort(index(at, 2)) & 0xFFFF;
    }

    public long u32(int at) {
        return data.getInt(index(at, 4)) & 0xFFFF_FFFFL;
    }

    /** Unsigned in 64 bits, as {@link Cdb#u64}. */
    public long u64(int at) {
        return data.getLong(index(at, 8));
    }

    public boolean bit(int at, int bit) {
        return (u8(at) >>> bit & 1) != 0;
    }

    /** A copy of some bytes. */
    public byte[] bytes(int at, int count) {
        byte[] out = new byte[count];
        data.get(index(at, count), out);
        return out;
    }

    /** Ends the command unless so many bytes are there from that offset on. */
    public void require(int at, int count) {
        index(at, count);
    }

    /** Ends the command with 26/00 where one of so many reserved bytes is not zero. */
    public void requireZero(int at, int count) {
        for (int i = at; i < at + count; i++) {
            if (u8(i) != 0) {
                throw invalid(i);
            }
        }
    }

    /** Ends the command with 26/00 where one of these reserved bits of a byte, from the most significant on, is not zero. */
    public void requireZeroBits(int at, int high, int low) {
        if ((u8(at) >>> low & (1 << (high - low + 1)) - 1) != 0) {
            throw invalid(at, high);
        }
    }

    /** 26/00 pointing at a field that starts at that byte, with its most significant bit. */
    public CheckCondition invalid(int at, int bit) {
        return new CheckCondition(SenseData.invalidFieldInParameterList(Math.min(at, 0xFFFF), bit));
    }

    /** 26/00 pointing at a field of whole bytes. */
    public CheckCondition invalid(int at) {
        return invalid(at, -1);
    }

    private int index(int at, int count) {
        if (at < 0 || count < 0 || at > length - count) {
            throw CheckCondition.illegal(AdditionalSense.PARAMETER_LIST_LENGTH_ERROR);
        }
        return base + at;
    }
}
