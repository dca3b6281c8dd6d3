package dev.sandstone.scsi.sense;

import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * Sense data before it takes a wire form (SPC-4 4.5). Immutable.
 *
 * <p>Both forms carry the same facts: INFORMATION, and for an invalid field the pointer to its byte and bit. Fixed format
 * has room for 32 bits of INFORMATION; a larger value leaves VALID clear there (SPC-4 4.5.3).
 */
public final class SenseData {
    private static final int FIXED_BYTES = 18;
    private static final int FIXED = 0x70;
    private static final int DESCRIPTOR = 0x72;
    private static final int DEFERRED = 0x01;
    private static final int NO_POINTER = -1;
    private static final int NO_BIT = -1;

    /** SKSV, and C/D when the field is in the CDB and not in the parameter list (SPC-4 4.5.2.4.2). */
    private static final int SKSV = 0x80;

    private static final int IN_CDB = 0x40;
    private static final int BIT_POINTER_VALID = 0x08;

    private final SenseKey key;
    private final int asc;
    private final int ascq;
    private boolean deferred;
    private boolean informationValid;
    private long information;
    private int fieldPointer = NO_POINTER;
    private int bitPointer = NO_BIT;
    private boolean inCdb;
    private int progress = NO_POINTER;

    private SenseData(SenseKey key, int asc, int ascq) {
        this.key = key;
        this.asc = asc;
        this.ascq = ascq;
    }

    public static SenseData of(SenseKey key, AdditionalSense additional) {
        return new SenseData(key, additional.asc(), additional.ascq());
    }

    /** For codes that a transport chose. */
    public static SenseData of(int key, int asc, int ascq) {
        return new SenseData(SenseKey.of(key), asc & 0xFF, ascq & 0xFF);
    }

    /** ILLEGAL REQUEST with that code. */
    public static SenseData illegal(AdditionalSense additional) {
        return of(SenseKey.ILLEGAL_REQUEST, additional);
    }

    /**
     * 24/00 with the field pointer.
     *
     * @param bytePointer offset in the CDB
     * @param bit most significant bit of the field, 0 to 7, or -1 when the pointer names whole bytes
     */
    public static SenseData invalidFieldInCdb(int bytePointer, int bit) {
        return illegal(AdditionalSense.INVALID_FIELD_IN_CDB).pointing(bytePointer, bit, true);
    }

    /** 26/00 with the field pointer; parameters as in {@link #invalidFieldInCdb}, in the parameter list. */
    public static SenseData invalidFieldInParameterList(int bytePointer, int bit) {
        return illegal(AdditionalSense.INVALID_FIELD_IN_PARAMETER_LIST).pointing(bytePointer, bit, false);
    }

    /** The same with INFORMATION: an LBA or a byte offset, as the command defines. */
    public SenseData withInformation(long value) {
        SenseData copy = copy();
        copy.informationValid = true;
        copy.information = value;
        return copy;
    }

    /**
     * The same with a progress indication in place of the field pointer (SPC-4 4.5.2.4.4).
     *
     * @param value how much is done, of 65536
     */
    public SenseData withProgress(int value) {
        SenseData copy = copy();
        copy.progress = value;
        return copy;
    }

    /** The same as a deferred error (71h, 73h): about an earlier command that ended with GOOD. */
    public SenseData asDeferred() {
        SenseData copy = copy();
        copy.deferred = true;
        return copy;
    }

    public SenseKey key() {
        return key;
    }

    public int asc() {
        return asc;
    }

    public int ascq() {
        return ascq;
    }

    /** The wire form: descriptor format (72h) or fixed format (70h). A new array each time. */
    public byte[] encode(boolean descriptorFormat) {
        return descriptorFormat ? encodeDescriptor() : encodeFixed();
    }

    private byte[] encodeFixed() {
        byte[] out = new byte[FIXED_BYTES];
        out[0] = (byte) (FIXED | (deferred ? DEFERRED : 0));
        out[2] = (byte) key.code();
        if (informationValid && information >>> 32 == 0) {
            out[0] |= (byte) 0x80;
            ByteBuffer.wrap(out).putInt(3, (int) information);
        }
        out[7] = FIXED_BYTES - 8;
        out[12] = (byte) asc;
        out[13] = (byte) ascq;
        putPointer(out, 15);
        return out;
    }

    private byte[] encodeDescriptor() {
        int length = 8 + (informationValid ? 12 : 0) + (hasPointer() ? 8 : 0);
        byte[] out = new byte[length];
        out[0] = (byte) (DESCRIPTOR | (deferred ? DEFERRED : 0));
        out[1] = (byte) key.code();
        out[2] = (byte) asc;
        out[3] = (byte) ascq;
        out[7] = (byte) (length - 8);
        int at = 8;
        if (informationValid) {
            out[at] = 0x00;
            out[at + 1] = 0x0A;
            out[at + 2] = (byte) 0x80;
            ByteBuffer.wrap(out).putLong(at + 4, information);
            at += 12;
        }
        if (hasPointer()) {
            out[at] = 0x02;
            out[at + 1] = 0x06;
            putPointer(out, at + 4);
        }
        return out;
    }

    private boolean hasPointer() {
        return fieldPointer != NO_POINTER || progress != NO_POINTER;
    }

    private void putPointer(byte[] out, int at) {
        if (progress != NO_POINTER) {
            out[at] = (byte) SKSV;
            ByteBuffer.wrap(out).putShort(at + 1, (short) progress);
        }
        if (fieldPointer == NO_POINTER) {
            return;
        }
        int bit = bitPointer == NO_BIT ? 0 : BIT_POINTER_VALID | bitPointer;
        out[at] = (byte) (SKSV | (inCdb ? IN_CDB : 0) | bit);
        ByteBuffer.wrap(out).putShort(at + 1, (short) fieldPointer);
    }

    private SenseData pointing(int bytePointer, int bit, boolean cdb) {
        if (bytePointer < 0 || bytePointer > 0xFFFF || bit < NO_BIT || bit > 7) {
            throw new IllegalArgumentException("field pointer " + bytePointer + ", bit " + bit);
        }
        SenseData copy = copy();
        copy.fieldPointer = bytePointer;
        copy.bitPointer = bit;
        copy.inCdb = cdb;
        return copy;
    }

    private SenseData copy() {
        SenseData copy = new SenseData(key, asc, ascq);
        copy.deferred = deferred;
        copy.informationValid = informationValid;
        copy.information = information;
        copy.fieldPointer = fieldPointer;
        copy.bitPointer = bitPointer;
        copy.inCdb = inCdb;
        copy.progress = progress;
        return copy;
    }

    /** Key and codes as {@code ILLEGAL_REQUEST/24/00}, for logs and test failures. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s/%02X/%02X", key, asc, ascq);
    }
}
