package dev.sandstone.initiator;

import java.io.IOException;

/** A request on the way to its end, known by its Initiator Task Tag. Sent by the writer thread, answered on the reader's. */
abstract class Exchange {
    private final int tag;
    private int cmdSn;

    Exchange(int tag) {
        this.tag = tag;
    }

    final int tag() {
        return tag;
    }

    /** The CmdSN it was sent with; valid after the send. */
    final int cmdSn() {
        return cmdSn;
    }

    final void cmdSn(int value) {
        cmdSn = value;
    }

    /** Whether it goes ahead of the command window. */
    abstract boolean immediate();

    /** Writes the request. */
    abstract void send(IscsiConnection connection, int expStatSn) throws IOException;

    /**
     * Takes a PDU with this tag.
     *
     * @return whether the exchange has ended
     * @throws TargetProtocolException the PDU does not belong here
     */
    abstract boolean receive(ReceivedPdu pdu) throws TargetProtocolException;

    /** Ends without an answer. */
    abstract void fail(IOException cause);
}
