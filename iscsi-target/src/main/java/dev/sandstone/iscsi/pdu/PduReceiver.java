package dev.sandstone.iscsi.pdu;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Where a {@link PduDecoder} delivers. Called on the connection's event loop, inside {@link PduDecoder#decode}. */
public interface PduReceiver {

    /**
     * Names the buffer a data segment is to be written to, so that write data is copied once, from the socket's buffer to
     * the command's. Called once for each PDU with data, after its header was verified and before its data is read. The
     * decoder appends {@code bhs.dataSegmentLength()} bytes at the writer index and holds a reference of its own until the
     * segment is complete, so a command that ends meanwhile may release the buffer.
     *
     * @return a buffer with at least that many writable bytes, or null: the decoder then lends the segment in {@link
     *     Pdu#data}
     */
    @Nullable
    ByteBuf destination(Bhs bhs);

    /**
     * Takes one whole PDU, verified but for {@link Pdu#dataDigestGood}.
     *
     * @return true to go on with the next PDU, false to leave the rest in the input buffer
     * @throws ProtocolException passed on to the caller of {@link PduDecoder#decode}
     */
    boolean receive(Pdu pdu) throws ProtocolException;
}
