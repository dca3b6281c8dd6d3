package dev.sandstone.iscsi.pdu;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/**
 * Cuts a byte stream into PDUs (RFC 7143 11.1), one state for each part of a PDU:
 *
 * <pre>
 *   BHS -> AHS -> HEADER_DIGEST -> DATA -> PADDING -> DATA_DIGEST -> BHS ...
 *    48    0-256      0 or 4        0-max     0-3       0 or 4
 * </pre>
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>No length is acted on before it was held against its cap; with header digests, none but TotalAHSLength before
 *       the digest was right.
 *   <li>Between two calls the decoder keeps at most one header, 256 bytes of AHS and one data segment within the cap.
 *   <li>A data segment is copied at most once: not at all when it lies whole in the input, else into the buffer the
 *       receiver named, else into one of exactly its length.
 *   <li>After an exception, or {@link #close}, nothing is held and nothing more is decoded.
 * </ul>
 */
public final class PduDecoder {
    /** Cap on additional header segments in bytes; the field could carry 1020. */
    public static final int MAX_TOTAL_AHS_LENGTH = 256;
    /** RFC 7143 13.12: MaxRecvDataSegmentLength until it is declared, and during login. */
    public static final int LOGIN_MAX_DATA_SEGMENT_LENGTH = 8192;

    private enum State {
        BHS,
        AHS,
        HEADER_DIGEST,
        DATA,
        PADDING,
        DATA_DIGEST
    }

    private final ByteBufAllocator allocator;
    private final Bhs bhs = new Bhs();
    private final Pdu pdu = new Pdu(bhs);
    private final Digest digest = new Digest();
    private final byte[] word = new byte[Digest.LENGTH];

    private int maxDataSegmentLength = LOGIN_MAX_DATA_SEGMENT_LENGTH;
    private boolean headerDigest;
    private boolean dataDigest;

    private State state = State.BHS;
    private int have;
    private byte[] ahs = Pdu.noAhs();
    private ByteBuf data = Unpooled.EMPTY_BUFFER;
    private boolean placed;
    private boolean delivering;
    private boolean closed;
    private long copied;

    public PduDecoder(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** The MaxRecvDataSegmentLength that this side declared, in bytes, from the next PDU on. */
    public void maxDataSegmentLength(int limitBytes) {
        maxDataSegmentLength = limitBytes;
    }

    /** Switches digests from the next PDU on: RFC 7143 13.1, with the first PDU of the full feature phase. */
    public void digests(boolean header, boolean data) {
        headerDigest = header;
        dataDigest = data;
    }

    /**
     * Takes bytes and delivers every PDU they complete. Returns with the input read up, or earlier when the receiver
     * asked to stop; then call again with the rest.
     *
     * @throws FatalProtocolException the stream cannot be followed any further
     * @throws ProtocolException from the receiver
     */
    public void decode(ByteBuf in, PduReceiver receiver) throws ProtocolException {
        boolean complete = false;
        try {
            boolean more = !closed;
            while (more && !closed) {
                more = step(in, receiver);
            }
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    /** Gives back what is held; later input is ignored. May be called from within the receiver. */
    public void close() {
        closed = true;
        if (!delivering) {
            releaseData();
        }
    }

    /** Bytes of data segments copied since this was last asked. */
    public long takeCopied() {
        long taken = copied;
        copied = 0;
        return taken;
    }

    /** Whether a PDU has begun and is not complete yet. */
    public boolean inPdu() {
        return state != State.BHS || have > 0;
    }

    private boolean step(ByteBuf in, PduReceiver receiver) throws ProtocolException {
        return switch (state) {
            case BHS -> readBhs(in);
            case AHS -> readAhs(in);
            case HEADER_DIGEST -> readHeaderDigest(in, receiver);
            case DATA -> readData(in);
            case PADDING -> readPadding(in, receiver);
            case DATA_DIGEST -> readDataDigest(in, receiver);
        };
    }

    private boolean readBhs(ByteBuf in) throws FatalProtocolException {
        if (!fill(in, bhs.array(), Bhs.LENGTH)) {
            return false;
        }
        verifyAhsLength();
        int length = bhs.totalAhsLength();
        ahs = length == 0 ? Pdu.noAhs() : new byte[length];
        enter(State.AHS);
        return true;
    }

    private boolean readAhs(ByteBuf in) {
        if (!fill(in, ahs, ahs.length)) {
            return false;
        }
        enter(State.HEADER_DIGEST);
        return true;
    }

    private boolean readHeaderDigest(ByteBuf in, PduReceiver receiver) throws ProtocolException {
        if (headerDigest) {
            if (!fill(in, word, Digest.LENGTH)) {
                return false;
            }
            digest.reset();
            digest.update(bhs.array(), 0, Bhs.LENGTH);
            digest.update(ahs, 0, ahs.length);
            if (digest.value() != wordValue()) {
                throw new FatalProtocolException("header digest error (RFC 7143 7.8)");
            }
        }
        verifyDataSegmentLength();
        enter(State.DATA);
        if (bhs.dataSegmentLength() == 0) {
            return deliver(receiver, true);
        }
        beginData(in, receiver);
        return true;
    }

    /** Chooses where the data segment is to lie, without a copy when the input holds all of it already. */
    private void beginData(ByteBuf in, PduReceiver receiver) {
        int length = bhs.dataSegmentLength();
        digest.reset();
        ByteBuf destination = receiver.destination(bhs);
        if (destination != null) {
            if (destination.writableBytes() < length) {
                throw new IllegalStateException("destination has room for " + destination.writableBytes()
                        + " bytes, the data segment has " + length);
            }
            data = destination.retain();
            placed = true;
        } else if (in.readableBytes() >= length) {
            updateDataDigest(in, length);
            data = in.readRetainedSlice(length);
            enter(State.PADDING);
        } else {
            data = allocator.directBuffer(length, length);
        }
    }

    private boolean readData(ByteBuf in) {
        int length = Math.min(in.readableBytes(), bhs.dataSegmentLength() - have);
        updateDataDigest(in, length);
        data.writeBytes(in, length);
        copied += length;
        have += length;
        if (have < bhs.dataSegmentLength()) {
            return false;
        }
        enter(State.PADDING);
        return true;
    }

    private boolean readPadding(ByteBuf in, PduReceiver receiver) throws ProtocolException {
        int padding = PduEncoder.padding(bhs.dataSegmentLength());
        if (!fill(in, word, padding)) {
            return false;
        }
        if (!dataDigest) {
            return deliver(receiver, true);
        }
        // The sender's padding should be zero but need not be: the digest covers what came (RFC 7143 11.7.6).
        digest.update(word, 0, padding);
        enter(State.DATA_DIGEST);
        return true;
    }

    private boolean readDataDigest(ByteBuf in, PduReceiver receiver) throws ProtocolException {
        if (!fill(in, word, Digest.LENGTH)) {
            return false;
        }
        return deliver(receiver, digest.value() == wordValue());
    }

    private boolean deliver(PduReceiver receiver, boolean digestGood) throws ProtocolException {
        pdu.set(ahs, placed ? Unpooled.EMPTY_BUFFER : data, placed, digestGood);
        enter(State.BHS);
        delivering = true;
        try {
            return receiver.receive(pdu);
        } finally {
            delivering = false;
            pdu.clear();
            releaseData();
        }
    }

    private void verifyAhsLength() throws FatalProtocolException {
        int length = bhs.totalAhsLength();
        if (length == 0) {
            return;
        }
        Opcode opcode = bhs.opcode();
        if (length > MAX_TOTAL_AHS_LENGTH || (opcode != null && !opcode.mayCarryAhs())) {
            throw new FatalProtocolException("TotalAHSLength of " + length + " bytes in " + bhs);
        }
    }

    private void verifyDataSegmentLength() throws FatalProtocolException {
        int length = bhs.dataSegmentLength();
        Opcode opcode = bhs.opcode();
        int limit = opcode != null && !opcode.mayCarryData() ? 0 : maxDataSegmentLength;
        if (length > limit) {
            throw new FatalProtocolException(
                    "DataSegmentLength of " + length + " bytes is above the limit of " + limit + " in " + bhs);
        }
    }

    private void enter(State next) {
        state = next;
        have = 0;
    }

    /** Moves bytes into the array until it holds {@code length}; false: the input ended before that. */
    private boolean fill(ByteBuf in, byte[] destination, int length) {
        int count = Math.min(in.readableBytes(), length - have);
        in.readBytes(destination, have, count);
        have += count;
        return have == length;
    }

    private void updateDataDigest(ByteBuf in, int length) {
        if (dataDigest) {
            digest.update(in, in.readerIndex(), length);
        }
    }

    private int wordValue() {
        return (word[0] & 0xff) | (word[1] & 0xff) << 8 | (word[2] & 0xff) << 16 | (word[3] & 0xff) << 24;
    }

    private void releaseData() {
        data.release();
        data = Unpooled.EMPTY_BUFFER;
        placed = false;
    }
}
