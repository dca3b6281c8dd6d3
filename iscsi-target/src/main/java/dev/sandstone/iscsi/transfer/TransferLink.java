package dev.sandstone.iscsi.transfer;

import dev.sandstone.iscsi.pdu.ResponseBhs;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What a transfer needs of the connection it is allegiant to. All but the first four methods are called on the session's
 * loop. After the connection's end nothing is sent any more, the rest goes on to work.
 */
public interface TransferLink {

    /** Whether the caller is on the session's loop. Any thread. */
    boolean inLoop();

    /** Queues a task on the session's loop. Any thread. */
    void execute(Runnable task);

    /** A direct buffer of exactly that capacity, contents undefined. Any thread. */
    ByteBuf allocate(int bytes);

    /** A buffer for the data of a command, so many bytes, contents undefined. Any thread. */
    Lent lend(int bytes);

    TransferLimits limits();

    ByteBudget budget();

    /** A Target Transfer Tag that no open sequence of this connection uses. */
    int newTransferTag();

    /**
     * Sends a PDU that ends nothing; stamps StatSN without taking it, ExpCmdSN and MaxCmdSN.
     *
     * @param data the data segment, released by the link, or null
     */
    void send(ResponseBhs bhs, @Nullable ByteBuf data);

    /** Sends a PDU that carries a status: as {@link #send}, and takes the StatSN. */
    void sendStatus(ResponseBhs bhs, @Nullable ByteBuf data);

    /** The initiator owes this transfer data from now on, or no longer. */
    void owesData(boolean owes);

    /** The command no longer counts in the command window; called before the PDU that ends it is sent. */
    void ending(Transfer transfer);

    /** The transfer holds nothing any more and will not be heard of again. */
    void ended(Transfer transfer);

    /** Nobody holds the transfer any more, which has ended: it may become another command. */
    void spent(Transfer transfer);

    /**
     * The status that was sent last is this transfer's, which stays until the initiator acknowledges that status.
     *
     * @param bytes Data-In it keeps
     */
    void keeps(Transfer transfer, int bytes);
}
