package dev.sandstone.scsi.sense;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

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
    private static final int CHECK_CONDITION = 0x02;
    private static final byte[] NOTHING = {};

    /** SKSV, and C/D when the field is in the CDB and not in the parameter list (SPC-4 4.5.2.4.2). */
    private static final int SKSV = 0x80;

    private static final int IN_CDB = 0x40;

    /** SD: the field pointer counts from the segment descriptor and not from the parameter list (SPC-4 4.5.2.4.5). */
    private static final int IN_SEGMENT = 0x20;

    private static final int BIT_POINTER_VALID = 0x08;

    private final SenseKey key;
    private final int asc;
    private final int ascq;
    private boolean deferred;
    private boolean informationValid;
    private long information;
    private int fieldPointer = NO_POINTER;
    private int bitPointer = NO_BIT;
    private int progress = NO_POINTER;
    private int pointerBits;
    private int segment = NO_POINTER;
    private @Nullable SenseData forwarded;
    private boolean forwardedBySource;

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
        return illegal(AdditionalSense.INVALID_FIELD_IN_CDB).pointing(bytePointer, bit, IN_CDB);
    }

    /** 26/00 with the field pointer; parameters as in {@link #invalidFieldInCdb}, in the parameter list. */
    public static SenseData invalidFieldInParameterList(int bytePointer, int bit) {
        return illegal(AdditionalSense.INVALID_FIELD_IN_PARAMETER_LIST).pointing(bytePointer, bit, 0);
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

    /**
     * The same for a copy that failed at a segment (SPC-4 6.4.6.4): its number in COMMAND-SPECIFIC INFORMATION.
     *
     * @param number of the segment descriptor, from 0
     */
    public SenseData atSegment(int number) {
        SenseData copy = copy();
        copy.segment = number;
        return copy;
    }

    /** The same, pointing at a byte of the parameter list. */
    public SenseData atParameter(int bytePointer) {
        return pointing(bytePointer, NO_BIT, 0);
    }

    /** The same, pointing at a byte of the segment descriptor at which the copy failed. */
    public SenseData atSegmentField(int bytePointer) {
        return pointing(bytePointer, NO_BIT, IN_SEGMENT);
    }

    /** The same with the sense data, without anything forwarded in it, that the copy source or destination gave. */
    public SenseData forwarding(SenseData other, boolean bySource) {
        SenseData copy = copy();
        copy.forwarded = other;
        copy.forwardedBySource = bySource;
        return copy;
    }

    /** The same, forwarding what the other one forwards, if it does. */
    public SenseData forwardingSameAs(SenseData other) {
        SenseData copy = copy();
        copy.forwarded = other.forwarded;
        copy.forwardedBySource = other.forwardedBySource;
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

    /** Whether it forwards what a copy source said. */
    public boolean isForwardedBySource() {
        return forwardedBySource;
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
        byte[] from = forwarded == null ? NOTHING : forwarded.encodeFixed();
        byte[] out = Arrays.copyOf(NOTHING, FIXED_BYTES + (forwarded == null ? 0 : 1 + from.length));
        out[0] = (byte) (FIXED | (deferred ? DEFERRED : 0));
        out[2] = (byte) key.code();
        if (informationValid && information >>> 32 == 0) {
            out[0] |= (byte) 0x80;
            ByteBuffer.wrap(out).putInt(3, (int) information);
        }
        out[7] = (byte) (out.length - 8);
        if (segment != NO_POINTER) {
            ByteBuffer.wrap(out).putShort(10, (short) segment);
        }
        if (forwarded != null) {
            // COMMAND-SPECIFIC INFORMATION says where status and sense of the source (byte 0) or destination (1) begin.
            out[forwardedBySource ? 8 : 9] = FIXED_BYTES;
            out[FIXED_BYTES] = CHECK_CONDITION;
            System.arraycopy(from, 0, out, FIXED_BYTES + 1, from.length);
        }
        out[12] = (byte) asc;
        out[13] = (byte) ascq;
        putPointer(out, 15);
        return out;
    }

    private byte[] encodeDescriptor() {
        byte[] from = forwarded == null ? NOTHING : forwarded.encodeDescriptor();
        int length = 8
                + (informationValid ? 12 : 0)
                + (segment == NO_POINTER ? 0 : 12)
                + (hasPointer() ? 8 : 0)
                + (forwarded == null ? 0 : 4 + from.length);
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
        if (segment != NO_POINTER) {
            out[at] = 0x01;
            out[at + 1] = 0x0A;
            ByteBuffer.wrap(out).putShort(at + 6, (short) segment);
            at += 12;
        }
        if (hasPointer()) {
            out[at] = 0x02;
            out[at + 1] = 0x06;
            putPointer(out, at + 4);
            at += 8;
        }
        if (forwarded != null) {
            out[at] = 0x0C;
            out[at + 1] = (byte) (2 + from.length);
            out[at + 2] = (byte) (forwardedBySource ? 1 : 2);
            out[at + 3] = CHECK_CONDITION;
            System.arraycopy(from, 0, out, at + 4, from.length);
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
        out[at] = (byte) (SKSV | pointerBits | bit);
        ByteBuffer.wrap(out).putShort(at + 1, (short) fieldPointer);
    }

    private SenseData pointing(int bytePointer, int bit, int where) {
        if (bytePointer < 0 || bytePointer > 0xFFFF || bit < NO_BIT || bit > 7) {
            throw new IllegalArgumentException("field pointer " + bytePointer + ", bit " + bit);
        }
        SenseData copy = copy();
        copy.fieldPointer = bytePointer;
        copy.bitPointer = bit;
        copy.pointerBits = where;
        return copy;
    }

    private SenseData copy() {
        SenseData copy = new SenseData(key, asc, ascq);
        copy.deferred = deferred;
        copy.informationValid = informationValid;
        copy.information = information;
        copy.fieldPointer = fieldPointer;
        copy.bitPointer = bitPointer;
        copy.progress = progress;
        copy.pointerBits = pointerBits;
        copy.segment = segment;
        copy.forwarded = forwarded;
        copy.forwardedBySource = forwardedBySource;
        return copy;
    }

    /** Key and codes as {@code ILLEGAL_REQUEST/24/00}, for logs and test failures. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s/%02X/%02X", key, asc, ascq);
    }
}
