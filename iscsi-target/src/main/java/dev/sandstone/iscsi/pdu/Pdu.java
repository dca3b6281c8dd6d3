package dev.sandstone.iscsi.pdu;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * One received PDU, lent to a {@link PduReceiver} for the time of its call; the decoder uses the object again.
 *
 * <p>To keep the header call {@link Bhs#copy}; to keep the data segment retain {@link #data}.
 */
public final class Pdu {
    private static final byte[] NO_AHS = new byte[0];

    private final Bhs bhs;
    private ByteBuf data = Unpooled.EMPTY_BUFFER;
    private byte[] ahs = NO_AHS;
    private boolean dataPlaced;
    private boolean dataDigestGood = true;

    Pdu(Bhs bhs) {
        this.bhs = bhs;
    }

    /** The header, its digest verified. */
    public Bhs bhs() {
        return bhs;
    }

    /** The additional header segments with their padding, verified with the header; an array of the PDU's own. */
    public byte[] ahs() {
        return ahs;
    }

    /**
     * The data segment without padding; empty when there is none, or when it was {@link #dataPlaced placed}. Released by
     * the decoder after the call.
     */
    public ByteBuf data() {
        return data;
    }

    /** Whether the data segment was appended to the buffer that {@link PduReceiver#destination} gave. */
    public boolean dataPlaced() {
        return dataPlaced;
    }

    /** Whether the data digest was right, or is not in use. When false the bytes must not be used (RFC 7143 7.8). */
    public boolean dataDigestGood() {
        return dataDigestGood;
    }

    /** This PDU to keep: a header of its own, the data segment retained, to be given back by {@link #release}. */
    public Pdu keep() {
        Pdu kept = new Pdu(bhs.copy());
        kept.set(ahs, data.retain(), dataPlaced, dataDigestGood);
        return kept;
    }

    /** Moves the data segment to the end of that buffer, as if the decoder had placed it there. */
    public void place(ByteBuf destination) {
        destination.writeBytes(data, data.readerIndex(), data.readableBytes());
        data.release();
        set(ahs, Unpooled.EMPTY_BUFFER, true, dataDigestGood);
    }

    /** Gives back what {@link #keep} retained. */
    public void release() {
        data.release();
        clear();
    }

    void set(byte[] newAhs, ByteBuf newData, boolean placed, boolean digestGood) {
        ahs = newAhs;
        data = newData;
        dataPlaced = placed;
        dataDigestGood = digestGood;
    }

    void clear() {
        set(NO_AHS, Unpooled.EMPTY_BUFFER, false, true);
    }

    static byte[] noAhs() {
        return NO_AHS;
    }
}
