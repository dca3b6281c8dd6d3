package dev.sandstone.iscsi.transfer;

import dev.sandstone.iscsi.pdu.DataOut;
import org.jspecify.annotations.Nullable;

/**
 * Which Data-Out PDUs one command may receive, and what is to be asked for next (RFC 7143 4.2.5, 11.7, 11.8). A sequence is
 * open from its announcement (command without F, or R2T) until a PDU with F, whatever went wrong between.
 */
interface Sequences {

    /** Immediate data arrived with the command. */
    void immediate(int length);

    /** Bytes from the start on that are there, up to the first that is missing. */
    long received();

    /** The end of the last byte that is there. */
    long extent();

    /** Whether the initiator still owes data it announced or was asked for. */
    boolean open();

    /** No further data is used; open sequences are only followed to their end. */
    void fail();

    boolean failed();

    /** Whether the transfer tag belongs to a sequence of this command; the reserved tag stands for unsolicited data. */
    boolean knows(int transferTag);

    /** Whether the data of this PDU is to be kept. */
    boolean fits(DataOut pdu);

    /**
     * Takes a PDU whose tag is known.
     *
     * @param digestGood its data digest was right
     * @return what makes the command fail, which it then has; null when all is well, can be mended, or failed before
     */
    @Nullable
    DataFault take(DataOut pdu, boolean digestGood);

    /** From now on data up to that offset is asked for, unless it was received. */
    void solicit(long upTo);

    boolean mayAsk();

    /** The number of the next R2T, and how many there were. */
    int nextR2tSn();

    long askOffset();

    int askLength();

    /** The next R2T was sent under this tag. */
    void ask(int transferTag);
}
