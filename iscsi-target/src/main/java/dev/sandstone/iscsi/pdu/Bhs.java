package dev.sandstone.iscsi.pdu;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The Basic Header Segment, 48 bytes, big-endian (RFC 7143 11.2.1), as a flyweight over an array: subclasses name the
 * fields of one PDU type and may be wrapped around the same array.
 *
 * <pre>
 * Byte/     0       |       1       |       2       |       3       |
 *    /              |               |               |               |
 *   |0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|
 *   +---------------+---------------+---------------+---------------+
 *  0|.|I| Opcode    |F|  Opcode-specific fields                     |
 *   +---------------+---------------+---------------+---------------+
 *  4|TotalAHSLength | DataSegmentLength                             |
 *   +---------------+---------------+---------------+---------------+
 *  8| LUN or Opcode-specific fields                                 |
 *   +                                                               +
 * 12|                                                               |
 *   +---------------+---------------+---------------+---------------+
 * 16| Initiator Task Tag                                            |
 *   +---------------+---------------+---------------+---------------+
 * 20/ Opcode-specific fields                                        /
 * 47+---------------+---------------+---------------+---------------+
 * </pre>
 *
 * <p>Integers of 32 bits are returned as they are: compare sequence numbers with {@link SerialNumber}, lengths as
 * unsigned. Not safe for use by several threads.
 */
public class Bhs {
    /** Size of every basic header segment in bytes. */
    public static final int LENGTH = 48;
    /** The value that says "no task" in Initiator Task Tag and "no transfer" in Target Transfer Tag. */
    public static final int RESERVED_TAG = 0xffffffff;
    /** Largest value the DataSegmentLength field can carry, in bytes. */
    public static final int MAX_DATA_SEGMENT_LENGTH = 0xffffff;

    static final int OPCODE_OFFSET = 0;
    static final int FLAGS_OFFSET = 1;
    static final int TOTAL_AHS_LENGTH_OFFSET = 4;
    static final int DATA_SEGMENT_LENGTH_OFFSET = 5;
    static final int LUN_OFFSET = 8;
    static final int INITIATOR_TASK_TAG_OFFSET = 16;

    static final int IMMEDIATE = 0x40;
    static final int OPCODE_MASK = 0x3f;
    static final int FINAL = 0x80;

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes;

    /** A header of its own, all zero (a NOP-Out without F). */
    public Bhs() {
        this.bytes = new byte[LENGTH];
    }

    Bhs(Bhs other) {
        this.bytes = other.bytes;
    }

    /** Makes this a view of the other's bytes: what one changes, both see. */
    public final void wrap(Bhs other) {
        this.bytes = other.bytes;
    }

    /** The same bytes in an array of their own. */
    public final Bhs copy() {
        Bhs copy = new Bhs();
        System.arraycopy(bytes, 0, copy.bytes, 0, LENGTH);
        return copy;
    }

    /** The known opcode, or null when the six bits name none. */
    public final @Nullable Opcode opcode() {
        return Opcode.of(opcodeBits());
    }

    /** The six opcode bits, without the I bit. */
    public final int opcodeBits() {
        return bytes[OPCODE_OFFSET] & OPCODE_MASK;
    }

    /** The I bit: deliver ahead of CmdSN order (RFC 7143 4.2.2.1). */
    public final boolean immediate() {
        return (bytes[OPCODE_OFFSET] & IMMEDIATE) != 0;
    }

    public final void immediate(boolean on) {
        flag(OPCODE_OFFSET, IMMEDIATE, on);
    }

    /** Byte 1 whole. */
    public final int flags() {
        return byteAt(FLAGS_OFFSET);
    }

    public final void flags(int value) {
        byteAt(FLAGS_OFFSET, value);
    }

    /** The F bit (the T bit of a login PDU). */
    public final boolean isFinal() {
        return flag(FLAGS_OFFSET, FINAL);
    }

    public final void isFinal(boolean on) {
        flag(FLAGS_OFFSET, FINAL, on);
    }

    /** Length of all additional header segments with their padding, in bytes (the field counts four-byte words). */
    public final int totalAhsLength() {
        return byteAt(TOTAL_AHS_LENGTH_OFFSET) * 4;
    }

    /** Sets the length of the additional header segments in bytes, a multiple of 4 up to 1020. */
    public final void totalAhsLength(int lengthBytes) {
        byteAt(TOTAL_AHS_LENGTH_OFFSET, lengthBytes / 4);
    }

    /** Payload length in bytes without padding. */
    public final int dataSegmentLength() {
        return intAt(TOTAL_AHS_LENGTH_OFFSET) & MAX_DATA_SEGMENT_LENGTH;
    }

    public final void dataSegmentLength(int lengthBytes) {
        int word = intAt(TOTAL_AHS_LENGTH_OFFSET) & ~MAX_DATA_SEGMENT_LENGTH;
        intAt(TOTAL_AHS_LENGTH_OFFSET, word | (lengthBytes & MAX_DATA_SEGMENT_LENGTH));
    }

    /** The eight bytes of the LUN field (SAM-5 4.7), where the type has it. */
    public final long lun() {
        return (long) LONG.get(bytes, LUN_OFFSET);
    }

    public final void lun(long value) {
        LONG.set(bytes, LUN_OFFSET, value);
    }

    public final int initiatorTaskTag() {
        return intAt(INITIATOR_TASK_TAG_OFFSET);
    }

    public final void initiatorTaskTag(int tag) {
        intAt(INITIATOR_TASK_TAG_OFFSET, tag);
    }

    /** Fills this header from the next 48 bytes of the buffer. */
    public final void readFrom(ByteBuf in) {
        in.readBytes(bytes, 0, LENGTH);
    }

    /** Appends the 48 bytes to the buffer. */
    public final void writeTo(ByteBuf out) {
        out.writeBytes(bytes, 0, LENGTH);
    }

    /** Fills this header from 48 bytes of the array. */
    public final void readFrom(byte[] source, int offset) {
        System.arraycopy(source, offset, bytes, 0, LENGTH);
    }

    /** Copies the 48 bytes into the array. */
    public final void writeTo(byte[] destination, int offset) {
        System.arraycopy(bytes, 0, destination, offset, LENGTH);
    }

    /** All zero again, but for the opcode and the F bit given. */
    final void start(Opcode opcode, boolean isFinal) {
        Arrays.fill(bytes, (byte) 0);
        bytes[OPCODE_OFFSET] = (byte) opcode.code();
        isFinal(isFinal);
    }

    /** The decoder fills this piece by piece and the digest runs over it. */
    final byte[] array() {
        return bytes;
    }

    final boolean flag(int offset, int mask) {
        return (bytes[offset] & mask) != 0;
    }

    final void flag(int offset, int mask, boolean on) {
        bytes[offset] = (byte) (on ? bytes[offset] | mask : bytes[offset] & ~mask);
    }

    final int byteAt(int offset) {
        return bytes[offset] & 0xff;
    }

    final void byteAt(int offset, int value) {
        bytes[offset] = (byte) value;
    }

    final int shortAt(int offset) {
        return (short) SHORT.get(bytes, offset) & 0xffff;
    }

    final void shortAt(int offset, int value) {
        SHORT.set(bytes, offset, (short) value);
    }

    final int intAt(int offset) {
        return (int) INT.get(bytes, offset);
    }

    final void intAt(int offset, int value) {
        INT.set(bytes, offset, value);
    }

    /** The opcode and the bytes in hexadecimal; a header holds no secrets. */
    @Override
    public String toString() {
        Opcode opcode = opcode();
        return (opcode == null ? "opcode 0x" + Integer.toHexString(opcodeBits()) : opcode.name()) + " "
                + HexFormat.of().formatHex(bytes);
    }
}
