package dev.sandstone.scsi.cdb;

import dev.sandstone.scsi.sense.CheckCondition;
import dev.sandstone.scsi.sense.SenseData;

/**
 * Reads fields of one command descriptor block, big-endian (SAM-5 5.2, SPC-4 4.3).
 *
 * <p>A flyweight: it is moved from command to command, so nobody keeps one past the end of its command. Reads beyond the
 * bytes that arrived give zero, as a CDB is zero-padded on the wire.
 */
public final class Cdb {
    private byte[] bytes = new byte[16];

    /** Points at another block; the array is not copied and must not change while in use. */
    public Cdb wrap(byte[] cdb) {
        bytes = cdb;
        return this;
    }

    /** OPERATION CODE. */
    public int opcode() {
        return u8(0);
    }

    /** How many bytes arrived. */
    public int length() {
        return bytes.length;
    }

    public int u8(int at) {
        return at < bytes.length ? bytes[at] & 0xFF : 0;
    }

    public int u16(int at) {
        return u8(at) << 8 | u8(at + 1);
    }

    public int u24(int at) {
        return u16(at) << 8 | u8(at + 2);
    }

    public long u32(int at) {
        return (long) u16(at) << 16 | u16(at + 2);
    }

    /** Unsigned in 64 bits: an LBA above 2^63 comes out negative, which no volume contains. */
    public long u64(int at) {
        return u32(at) << 32 | u32(at + 4);
    }

    /** One bit of a byte, 0 the least significant. */
    public boolean bit(int at, int bit) {
        return (u8(at) >>> bit & 1) != 0;
    }

    /** The bits {@code high} down to {@code low} of a byte. */
    public int bits(int at, int high, int low) {
        return u8(at) >>> low & (1 << (high - low + 1)) - 1;
    }

    /** 24/00 pointing at a field that starts at that byte, with the field's most significant bit. */
    public CheckCondition invalid(int at, int bit) {
        return new CheckCondition(SenseData.invalidFieldInCdb(at, bit));
    }

    /** 24/00 pointing at a field of whole bytes. */
    public CheckCondition invalid(int at) {
        return new CheckCondition(SenseData.invalidFieldInCdb(at, -1));
    }
}
