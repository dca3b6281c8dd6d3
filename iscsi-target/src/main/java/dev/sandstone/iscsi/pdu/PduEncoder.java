package dev.sandstone.iscsi.pdu;

import io.netty.buffer.ByteBuf;

/**
 * Writes PDUs: header with its digest, data segment, padding, data digest (RFC 7143 11.1).
 *
 * <p>Header and trailer are written apart from the payload, so that a large payload goes to the socket from where it
 * lies; {@link #pdu} copies a small one in between. The caller sets {@link Bhs#dataSegmentLength} first. One instance
 * belongs to the event loop of one connection.
 */
public final class PduEncoder {
    private final Digest digest = new Digest();
    private boolean headerDigest;
    private boolean dataDigest;

    /** Switches digests for all PDUs from now on. */
    public void digests(boolean header, boolean data) {
        headerDigest = header;
        dataDigest = data;
    }

    /** Bytes that {@link #header} writes. */
    public int headerLength(int ahsLength) {
        return Bhs.LENGTH + ahsLength + (headerDigest ? Digest.LENGTH : 0);
    }

    /** Bytes that {@link #trailer} writes after a data segment of that length; 0 after an empty one. */
    public int trailerLength(int dataLength) {
        return dataLength == 0 ? 0 : padding(dataLength) + (dataDigest ? Digest.LENGTH : 0);
    }

    /** Bytes of a whole PDU without additional header segments. */
    public int pduLength(int dataLength) {
        return headerLength(0) + dataLength + trailerLength(dataLength);
    }

    /** Appends the header, and its digest when on. */
    public void header(Bhs bhs, ByteBuf out) {
        header(bhs, Pdu.noAhs(), out);
    }

    /** Appends the header with additional header segments, whose padded length becomes TotalAHSLength, and the digest. */
    public void header(Bhs bhs, byte[] ahs, ByteBuf out) {
        if (ahs.length % 4 != 0 || ahs.length > PduDecoder.MAX_TOTAL_AHS_LENGTH) {
            throw new IllegalArgumentException("additional header segments of " + ahs.length + " bytes");
        }
        bhs.totalAhsLength(ahs.length);
        bhs.writeTo(out);
        out.writeBytes(ahs);
        if (headerDigest) {
            digest.reset();
            digest.update(bhs.array(), 0, Bhs.LENGTH);
            digest.update(ahs, 0, ahs.length);
            out.writeIntLE(digest.value());
        }
    }

    /** Appends what follows the data segment lying in the buffer at {@code index}: padding and, when on, the digest. */
    public void trailer(ByteBuf data, int index, int length, ByteBuf out) {
        if (length == 0) {
            return;
        }
        int padding = padding(length);
        out.writeZero(padding);
        if (dataDigest) {
            digest.reset();
            digest.update(data, index, length);
            digest.updateZeroes(padding);
            out.writeIntLE(digest.value());
        }
    }

    /**
     * Appends a whole PDU, the payload copied.
     *
     * @param data its readable bytes are the data segment and set DataSegmentLength; its indexes stay as they are
     */
    public void pdu(Bhs bhs, ByteBuf data, ByteBuf out) {
        int length = data.readableBytes();
        bhs.dataSegmentLength(length);
        header(bhs, out);
        out.writeBytes(data, data.readerIndex(), length);
        trailer(data, data.readerIndex(), length, out);
    }

    /** Bytes to the next multiple of four. */
    public static int padding(int length) {
        return -length & 3;
    }
}
