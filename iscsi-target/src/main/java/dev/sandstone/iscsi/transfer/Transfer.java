package dev.sandstone.iscsi.transfer;

import dev.sandstone.iscsi.pdu.DataOut;
import dev.sandstone.iscsi.pdu.ScsiCommand;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.TaskPort;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One SCSI command between its PDU and its status: the transport's side of a task.
 *
 * <pre>
 *   QUEUED --submit--> RUNNING --finish--> [DRAINING --last F-->] [SENT --ExpStatSN-->] ENDED
 *      |                  |                         |  SENT: at error recovery level 1 and 2, until acknowledged
 *      |                  |                         +--no connection--> SUSPENDED --resume--> SENT
 *      |                  +---aborted--> [DISCARDING --last F-->] ENDED     nothing sent
 *      +--dropped / fault before its turn----------------------> ENDED
 * </pre>
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>State is touched on the session's loop only; calls of the device from another loop hop over first.
 *   <li>A buffer is given back once, and not before the device ended the task: it may still read or write it.
 *   <li>The status follows the last PDU of every open Data-Out sequence (RFC 7143 11.4.2).
 *   <li>Data-In of another length than the device filled is never sent.
 *   <li>Allegiance changes between links of one session only, so every link it ever had hops to the same loop.
 *   <li>It becomes another command only when it ended with its status and all it did was done on one loop: then nothing that
 *       is under way still leads to it.
 * </ul>
 */
public final class Transfer implements TaskPort, ByteBudget.Waiter {
    /** SAM-5 5.3.1. */
    private static final int CHECK_CONDITION = 0x02;

    private static final int TASK_SET_FULL = 0x28;
    /** Largest Data-In counted against the budget before the device said how much it brings, in bytes. */
    private static final int COUNTED_DATA_IN = 1 << 20;

    private static final byte[] NO_SENSE = {};

    private enum State {
        QUEUED,
        RUNNING,
        DRAINING,
        SUSPENDED,
        SENT,
        DISCARDING,
        ENDED
    }

    private final CommandFields command = new CommandFields();
    private final WriteData write = new WriteData(this);
    private final Ending ending = new Ending(this);
    private final DeviceSide device = new DeviceSide();
    // The device's threads read these too; any value they ever had will do for what those ask.
    private TransferLink link;
    private DataInSender sender;

    private State state = State.QUEUED;
    private boolean submitting;
    private boolean orphaned;
    /** The device ended it on the session's loop. */
    private boolean endedHere;

    private long budgeted;
    private int dataInPdus;
    private int snackTag;
    private @Nullable SentRead sent;

    // Written by the device on the unit's loop; read here after a hop through the session's queue.
    private @Nullable Lent dataInBuffer;

    /** One that {@link #read} and {@link #begin} make a command. */
    // Link and sender are set by begin, before anything can be called.
    @SuppressWarnings("NullAway.Init")
    public Transfer() {}

    /** Becomes the command of a PDU; false, and nothing to {@link #begin}, when a field is not admissible. */
    public boolean read(ScsiCommand pdu, byte[] ahs) {
        return command.read(pdu, ahs);
    }

    /** Begins as what was read; once more after {@link TransferLink#spent}. */
    public void begin(TransferLink over, DataInSender by) {
        link = over;
        sender = by;
        state = State.QUEUED;
        orphaned = false;
        endedHere = false;
        dataInPdus = 0;
        snackTag = 0;
        sent = null;
        device.clear();
        ending.clear();
        write.begin(over.limits(), command);
        write.owe();
    }

    /** The Initiator Task Tag. */
    public int tag() {
        return (int) command.request().tag();
    }

    public long lun() {
        return command.request().lun();
    }

    /** Its command number; meaningful unless it is an immediate command. */
    public int cmdSn() {
        return command.cmdSn();
    }

    public boolean immediateCommand() {
        return command.immediate();
    }

    /** Whether the device has it, so that only the device can end it. */
    public boolean running() {
        return state == State.RUNNING;
    }

    /** Whether it waits for its turn in CmdSN order. */
    public boolean queued() {
        return state == State.QUEUED;
    }

    /** Whether it was aborted and only follows Data-Out PDUs that are still to come. */
    public boolean discarding() {
        return state == State.DISCARDING;
    }

    /** Whether its status was sent and is not acknowledged yet. */
    public boolean sent() {
        return state == State.SENT;
    }

    /** The connection it is allegiant to, or was last. */
    public TransferLink link() {
        return link;
    }

    /** Whether data that is still to come counts as owed. */
    boolean counts() {
        return state != State.DISCARDING && state != State.ENDED && state != State.SENT && state != State.SUSPENDED;
    }

    int snackTag() {
        return snackTag;
    }

    /**
     * Says what became of the command's data segment.
     *
     * @param buffer the buffer from {@link WriteData#immediateBuffer}, now filled and owned by the transfer; null: it gave
     *     none
     */
    public void immediateData(@Nullable Lent buffer, int length) {
        write.immediate(buffer, length);
    }

    /** Its turn has come: hands it to the device, or ends it when its data already failed. */
    public void submit(Nexus to) {
        state = State.RUNNING;
        if (write.failedEarly()) {
            DataFault early = write.fault();
            byte[] sense = early == null ? NO_SENSE : early.sense();
            int status = early == null ? TASK_SET_FULL : CHECK_CONDITION;
            ending.set(status, sense, -(command.expectedOut() + command.expectedIn()), null);
            endWith();
            return;
        }
        long counted = Math.min(command.expectedIn(), COUNTED_DATA_IN);
        link.budget().force(budgeted, counted);
        budgeted += counted;
        submitting = true;
        try {
            device.submit(to, command.request(), this);
        } finally {
            submitting = false;
        }
        if (state == State.ENDED) {
            giveAway();
        } else {
            write.advance();
        }
    }

    /** Drops a command that was never handed to the device; sends nothing. */
    public void drop() {
        if (state != State.QUEUED) {
            throw new IllegalStateException("command is " + state + ", only a queued one can be dropped");
        }
        releaseBuffers();
        follow();
    }

    // ---- Data-Out, from the connection -------------------------------------------------------------------------

    /** Where the data of this PDU goes, or null when it will not be used. */
    public @Nullable ByteBuf destination(DataOut pdu) {
        return state == State.QUEUED || state == State.RUNNING ? write.destination(pdu) : null;
    }

    /** Whether a sequence of this command goes by that tag. */
    public boolean knowsTransferTag(int transferTag) {
        return write.knows(transferTag);
    }

    /** Takes a Data-Out whose tag is known, its data placed when {@link #destination} gave a buffer. */
    public void dataOut(DataOut pdu, boolean digestGood) {
        write.take(pdu, digestGood);
        write.owe();
        moveOn();
    }

    private void moveOn() {
        if (state == State.RUNNING) {
            write.askMore();
            write.advance();
        } else if (write.open()) {
            return;
        } else if (state == State.DRAINING) {
            sendEnding();
        } else if (state == State.DISCARDING) {
            follow();
        }
    }

    /** A moment has passed (RFC 7143 7.1.4.1, sequence reception timeout): asks again for what does not come. */
    public void tick() {
        if (!orphaned && write.open()) {
            write.tick();
            write.owe();
            moveOn();
        }
    }

    // ---- towards the device -------------------------------------------------------------------------------------

    /** The device gets its data; false: it is not ready for it yet. */
    boolean deliver(ByteBuffer data) {
        return device.deliver(data);
    }

    /** The device hears that its data cannot be had; false: it is not ready for that yet. */
    boolean failData(int asc, int ascq) {
        return device.fail(asc, ascq);
    }

    // ---- calls of the device, from the unit's loop ----------------------------------------------------------------

    @Override
    public ByteBuffer dataIn(int bytes) {
        if (dataInBuffer != null || device.hasEnded()) {
            throw new IllegalStateException("a task lends its Data-In buffer once, before its end");
        }
        Lent buffer = link.lend(bytes);
        dataInBuffer = buffer;
        return buffer.first(bytes);
    }

    @Override
    public void requestDataOut(int bytes) {
        if (bytes < 0 || bytes > command.expectedOut()) {
            throw new IllegalArgumentException(
                    "asked for " + bytes + " of " + command.expectedOut() + " bytes of Data-Out");
        }
        if (link.inLoop()) {
            wants(bytes);
        } else {
            link.execute(() -> wants(bytes));
        }
    }

    private void wants(int bytes) {
        write.want(bytes, !submitting);
    }

    @Override
    public void finish(int status, byte[] sense, int dataInBytes, long transferBytes) {
        device.end();
        Lent filled = dataInBuffer;
        if (dataInBytes < 0 || dataInBytes > (filled == null ? 0 : filled.size())) {
            throw new IllegalArgumentException("Data-In of " + dataInBytes + " bytes was never lent");
        }
        long wire = Math.min(dataInBytes, command.expectedIn());
        if (filled != null) {
            filled.bytes().writerIndex((int) wire);
        }
        long wanted = dataInBytes > 0 ? command.expectedIn() : command.expectedOut() + command.expectedIn();
        ending.set(status, sense, transferBytes - wanted, filled);
        if (link.inLoop()) {
            endedHere = true;
            endWith();
        } else {
            link.execute(this::endWith);
        }
    }

    @Override
    public void aborted() {
        device.end();
        if (link.inLoop()) {
            dropAborted();
        } else {
            link.execute(this::dropAborted);
        }
    }

    // ---- the end --------------------------------------------------------------------------------------------------

    private void endWith() {
        write.releaseBuffer();
        if (orphaned) {
            suspend();
        } else if (write.open()) {
            write.stop();
            state = State.DRAINING;
        } else {
            sendEnding();
        }
    }

    private void sendEnding() {
        Ending end = ending.known();
        boolean kept = link.limits().recovery();
        state = kept ? State.SENT : State.ENDED;
        write.owe();
        giveBudgetBack();
        link.ending(this);
        Lent lent = end.dataIn();
        ByteBuf filled = lent == null ? null : lent.bytes();
        dataInBuffer = null;
        if (kept) {
            keep(filled);
            sendKept(0);
            return;
        }
        boolean statusSent = false;
        if (filled != null && filled.isReadable()) {
            statusSent = sender.data(end, filled, filled.readableBytes());
        } else if (filled != null) {
            filled.release();
        }
        if (!statusSent) {
            sender.status(end, dataInPdus + write.r2ts());
        }
        link.ended(this);
        if (!submitting) {
            giveAway();
        }
    }

    private void giveAway() {
        if (endedHere) {
            link.spent(this);
        }
    }

    private void keep(@Nullable ByteBuf filled) {
        if (filled != null && filled.isReadable()) {
            TransferLimits limits = link.limits();
            sent = new SentRead(filled, filled.readableBytes(), limits.maxSendSegment(), limits.maxBurst());
        } else if (filled != null) {
            filled.release();
        }
    }

    /** Sends the data from that DataSN on, and the status; both stay until they are acknowledged. */
    private void sendKept(int firstSn) {
        SentRead data = sent;
        Ending end = ending.known();
        int pdus = 0;
        int bytes = 0;
        if (data != null) {
            pdus = data.endSn();
            bytes = data.length();
            if (firstSn < pdus) {
                sender.run(this, data, firstSn, pdus - firstSn);
            }
        }
        sender.status(end, pdus + write.r2ts());
        link.keeps(this, bytes);
    }

    private void dropAborted() {
        releaseBuffers();
        link.ending(this);
        follow();
    }

    /** Ends now, or once the last open Data-Out sequence is complete. */
    private void follow() {
        write.stop();
        if (orphaned) {
            write.abandon();
        }
        if (write.open()) {
            state = State.DISCARDING;
        } else {
            state = State.ENDED;
            link.ended(this);
        }
        write.owe();
    }

    /**
     * Gives up a status that waits for the end of the data, or for a connection (RFC 7143 7.8: task management may conclude
     * the task).
     */
    public boolean abandon() {
        if (state != State.DRAINING && state != State.SUSPENDED) {
            return false;
        }
        releaseBuffers();
        link.ending(this);
        follow();
        return true;
    }

    /** The connection, or the tag, is gone: a transfer the device does not know any more ends now. */
    public void forget() {
        if (state == State.RUNNING || state == State.ENDED) {
            return;
        }
        if (state == State.DRAINING || state == State.SUSPENDED) {
            link.ending(this);
        }
        state = State.ENDED;
        releaseBuffers();
        write.owe();
        link.ended(this);
    }

    // ---- recovery ---------------------------------------------------------------------------------------------------

    /** The initiator has the status. */
    public void acknowledged() {
        if (state == State.SENT) {
            forget();
        }
    }

    /** Gives up what is kept of the data; it cannot be sent again. */
    public void giveUpData() {
        SentRead data = sent;
        if (data != null) {
            data.release();
        }
    }

    /** RFC 7143 11.16, Data/R2T SNACK: sends PDUs again as they were. A run of 0 goes to the end. */
    public Resent resend(int first, int run) {
        SentRead data = sent;
        if (data == null) {
            boolean asked = first >= 0 && run >= 0 && (long) first + run <= write.r2ts();
            return asked && write.askAgain(first, run) > 0 ? Resent.DONE : Resent.NEVER_SENT;
        }
        int from = first == 0 && run == 0 ? data.firstSn() : first;
        int count = run == 0 ? data.endSn() - from : run;
        return state == State.SENT && data.holds(from, count) ? again(data, from, count) : Resent.NEVER_SENT;
    }

    private Resent again(SentRead data, int from, int count) {
        if (data.buffer() == null) {
            return Resent.GONE;
        }
        sender.run(this, data, from, count);
        return Resent.DONE;
    }

    /** RFC 7143 11.16, R-Data SNACK: cuts anew and sends what is not acknowledged; the status is to follow by the caller. */
    public Resent resegment(int withSnackTag) {
        SentRead data = sent;
        if (data == null || state != State.SENT) {
            return Resent.NEVER_SENT;
        }
        snackTag = withSnackTag;
        data.cut(link.limits().maxSendSegment());
        return again(data, data.firstSn(), data.endSn() - data.firstSn());
    }

    /** How many Data-In PDUs there are. */
    public int dataInCount() {
        SentRead data = sent;
        return data == null ? 0 : data.endSn();
    }

    /** Whether the initiator may acknowledge data of this transfer under that tag. */
    public boolean asksUnder(int transferTag) {
        SentRead data = sent;
        return data != null && data.ackTag() == transferTag;
    }

    /** RFC 7143 11.16, DataACK: all before that DataSN arrived; false when that number cannot be. */
    public boolean acknowledgeData(int nextSn) {
        SentRead data = sent;
        return data != null && data.acknowledge(nextSn);
    }

    /** Its connection is gone, but the session waits for another to take the task (RFC 7143 7.2.2). */
    public void orphan() {
        orphaned = true;
        switch (state) {
            case RUNNING -> write.connectionLost();
            case DRAINING -> suspend();
            case QUEUED, DISCARDING -> {
                write.abandon();
                forget();
            }
            default -> {}
        }
        write.owe();
    }

    private void suspend() {
        write.abandon();
        state = State.SUSPENDED;
        write.owe();
    }

    /**
     * TASK REASSIGN (RFC 7143 7.2.2, 11.5.6): goes on over another connection from where the initiator is.
     *
     * @param to of the same session
     * @param expDataSn the first DataSN the initiator has not got; 0 and numbers that cannot be change nothing
     */
    public void reassign(TransferLink to, DataInSender over, int expDataSn) {
        link = to;
        sender = over;
        orphaned = false;
        SentRead data = sent;
        if (data != null && expDataSn > 0) {
            data.acknowledge(expDataSn);
        }
        if (state == State.SUSPENDED) {
            sendEnding();
        } else if (state == State.SENT) {
            if (data != null && data.buffer() != null) {
                data.cut(to.limits().maxSendSegment());
            }
            sendKept(data == null ? 0 : data.firstSn());
        } else if (state == State.RUNNING) {
            write.askAgain(0, 0);
            moveOn();
        }
    }

    /** Whether {@link #reassign} can bring everything the initiator may still need. */
    public boolean resumable(int expDataSn) {
        SentRead data = sent;
        return data == null || data.buffer() != null || expDataSn == data.endSn();
    }

    // ---- what is held -----------------------------------------------------------------------------------------------

    void dataInPdus(int count) {
        dataInPdus = count;
    }

    @Override
    public long held() {
        return budgeted;
    }

    @Override
    public boolean retry() {
        throw new IllegalStateException("Data-In waits for no room");
    }

    private void releaseBuffers() {
        write.releaseBuffer();
        Lent filled = dataInBuffer;
        dataInBuffer = null;
        if (filled != null) {
            filled.release();
        }
        SentRead data = sent;
        if (data != null) {
            data.release();
        }
        giveBudgetBack();
    }

    private void giveBudgetBack() {
        write.giveBudgetBack();
        link.budget().giveBack(this);
        budgeted = 0;
        link.budget().wake();
    }
}
