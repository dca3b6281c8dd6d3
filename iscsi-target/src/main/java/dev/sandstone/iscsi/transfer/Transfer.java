package dev.sandstone.iscsi.transfer;

import dev.sandstone.iscsi.pdu.DataOut;
import dev.sandstone.iscsi.pdu.R2t;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.Task;
import dev.sandstone.scsi.task.TaskPort;
import dev.sandstone.scsi.task.TaskRequest;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One SCSI command between its PDU and its status: the transport's side of a task.
 *
 * <pre>
 *   QUEUED --submit--> RUNNING --finish--> [DRAINING --last F-->] ENDED     status sent
 *      |                  |
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
 * </ul>
 */
public final class Transfer implements TaskPort, ByteBudget.Waiter {
    /** SAM-5 5.3.1. */
    private static final int CHECK_CONDITION = 0x02;

    private static final int TASK_SET_FULL = 0x28;
    /** Largest buffer taken for a command before its device said how much it wants, in bytes. */
    private static final int FIRST_CAPACITY = 1 << 20;
    /** Largest Data-In counted against the budget before the device said how much it brings, in bytes. */
    private static final int COUNTED_DATA_IN = 1 << 20;

    /** SPC-4: ABORTED COMMAND, INSUFFICIENT RESOURCES. */
    private static final int INSUFFICIENT_RESOURCES = 0x5503;

    private static final byte[] NO_SENSE = {};

    private enum State {
        QUEUED,
        RUNNING,
        DRAINING,
        DISCARDING,
        ENDED
    }

    private final TransferLink link;
    private final DataInSender sender;
    private final TaskRequest request;
    private final long expectedOut;
    private final long expectedIn;
    private final boolean immediateCommand;
    private final int cmdSn;
    private final WriteSequences sequences;

    private State state = State.QUEUED;
    private boolean submitting;
    private boolean owing;
    private boolean refused;
    private boolean waiting;
    private @Nullable DataFault fault;
    private @Nullable ByteBuf writeBuffer;
    private long budgeted;
    private int dataInPdus;
    private @Nullable Nexus nexus;
    private @Nullable Task task;
    private DataInSender.@Nullable Ending ending;

    // Written by the device on the unit's loop; read here after a hop through the session's queue.
    private @Nullable ByteBuf dataInBuffer;
    private int requested = -1;
    private boolean delivered;
    private boolean endedByDevice;

    /** What a command PDU says, checked by the session. */
    public record Command(
            TaskRequest request, long expectedOut, long expectedIn, boolean isFinal, boolean immediate, int cmdSn) {}

    public Transfer(TransferLink link, DataInSender sender, Command command) {
        this.link = link;
        this.sender = sender;
        request = command.request();
        expectedOut = command.expectedOut();
        expectedIn = command.expectedIn();
        immediateCommand = command.immediate();
        cmdSn = command.cmdSn();
        boolean follows =
                !command.isFinal() && expectedOut > 0 && !link.limits().initialR2t();
        sequences = new WriteSequences(link.limits(), expectedOut, follows);
        if (!command.isFinal() && expectedOut > 0 && link.limits().initialR2t()) {
            fail(DataFault.UNEXPECTED_UNSOLICITED);
        }
        owe();
    }

    /** The Initiator Task Tag. */
    public int tag() {
        return (int) request.tag();
    }

    public long lun() {
        return request.lun();
    }

    /** Its command number; meaningful unless it is an immediate command. */
    public int cmdSn() {
        return cmdSn;
    }

    public boolean immediateCommand() {
        return immediateCommand;
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

    /**
     * The buffer a command's immediate data is to be read into, or null when the data will not be used: more than the
     * rules allow, or no memory for it. Follow with {@link #immediateData}.
     */
    public static @Nullable ByteBuf immediateBuffer(TransferLink link, long expectedOut, int length) {
        TransferLimits limits = link.limits();
        if (!limits.immediateData() || length > limits.firstBurst() || length > expectedOut) {
            return null;
        }
        int capacity = firstCapacity(limits, expectedOut);
        return link.budget().takeHard(0, capacity) ? link.allocate(capacity) : null;
    }

    /** Gives back a buffer of {@link #immediateBuffer} whose command is not executed. */
    public static void refund(TransferLink link, ByteBuf buffer) {
        link.budget().refund(buffer.capacity());
        buffer.release();
    }

    private static int firstCapacity(TransferLimits limits, long expectedOut) {
        return (int) Math.min(expectedOut, Math.max(FIRST_CAPACITY, limits.firstBurst()));
    }

    /**
     * Says what became of the command's data segment.
     *
     * @param buffer the buffer from {@link #immediateBuffer}, now filled and owned by the transfer; null: it gave none
     */
    public void immediateData(@Nullable ByteBuf buffer, int length) {
        if (buffer != null) {
            writeBuffer = buffer;
            budgeted += buffer.capacity();
            sequences.immediate(length);
            return;
        }
        TransferLimits limits = link.limits();
        if (!limits.immediateData()) {
            fail(DataFault.UNEXPECTED_UNSOLICITED);
        } else if (length > limits.firstBurst() || length > expectedOut) {
            fail(DataFault.INCORRECT_AMOUNT);
        } else {
            refuse();
        }
    }

    /** Its turn has come: hands it to the device, or ends it when its data already failed. */
    public void submit(Nexus to) {
        state = State.RUNNING;
        DataFault early = fault;
        if (refused || early != null) {
            byte[] sense = early == null ? NO_SENSE : early.sense();
            int status = early == null ? TASK_SET_FULL : CHECK_CONDITION;
            endWith(new DataInSender.Ending(this, status, sense, -(expectedOut + expectedIn), null, false));
            return;
        }
        long counted = Math.min(expectedIn, COUNTED_DATA_IN);
        link.budget().force(budgeted, counted);
        budgeted += counted;
        nexus = to;
        submitting = true;
        try {
            task = to.submit(request, this);
        } finally {
            submitting = false;
        }
        if (state == State.RUNNING && requested >= 0) {
            advance();
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
        if ((state != State.QUEUED && state != State.RUNNING) || !sequences.knows(pdu.targetTransferTag())) {
            return null;
        }
        if (!sequences.fits(pdu) || refused) {
            return null;
        }
        ByteBuf buffer = writeBuffer;
        if (buffer == null) {
            buffer = takeFirstBuffer();
        }
        return buffer;
    }

    private @Nullable ByteBuf takeFirstBuffer() {
        int capacity = firstCapacity(link.limits(), expectedOut);
        if (!link.budget().takeHard(budgeted, capacity)) {
            refuse();
            return null;
        }
        budgeted += capacity;
        ByteBuf buffer = link.allocate(capacity);
        writeBuffer = buffer;
        return buffer;
    }

    /** Whether a sequence of this command goes by that tag. */
    public boolean knowsTransferTag(int transferTag) {
        return sequences.knows(transferTag);
    }

    /** Takes a Data-Out whose tag is known, its data placed when {@link #destination} gave a buffer. */
    public void dataOut(DataOut pdu, boolean digestGood) {
        if (!sequences.failed()) {
            DataFault found = digestGood ? sequences.fault(pdu) : DataFault.SERVICE_CRC;
            if (found != null) {
                fail(found);
            }
        }
        sequences.take(pdu);
        owe();
        if (state == State.RUNNING) {
            askMore();
            advance();
        } else if (sequences.open()) {
            return;
        } else if (state == State.DRAINING) {
            sendEnding();
        } else if (state == State.DISCARDING) {
            follow();
        }
    }

    /** The data cannot be used; the device hears of it once it asks for the data. */
    private void fail(DataFault found) {
        fault = found;
        sequences.fail();
    }

    /** No memory for the data. */
    private void refuse() {
        refused = true;
        sequences.fail();
    }

    // ---- towards the device -------------------------------------------------------------------------------------

    /** Moves a running command on: asks the initiator for what is missing, or hands the data over. */
    private void advance() {
        if (requested < 0 || delivered || waiting || state != State.RUNNING) {
            return;
        }
        if (sequences.failed()) {
            reportFailure();
        } else if (sequences.received() >= requested) {
            deliver();
        } else if (!sequences.open()) {
            if (makeRoom()) {
                solicit();
            } else {
                waiting = true;
                link.budget().await(this);
            }
        }
    }

    private void solicit() {
        sequences.solicit(requested);
        askMore();
    }

    private void reportFailure() {
        Task running = task;
        Nexus on = nexus;
        if (running == null || on == null) {
            return;
        }
        delivered = true;
        DataFault found = fault;
        int asc = found == null ? INSUFFICIENT_RESOURCES >> 8 : found.asc();
        int ascq = found == null ? INSUFFICIENT_RESOURCES & 0xff : found.ascq();
        on.run(request.lun(), () -> {
            if (!endedByDevice) {
                running.dataOutFailed(DataFault.SENSE_KEY, asc, ascq);
            }
        });
    }

    /** A buffer for all the device wants; false: the budget has no room now. */
    private boolean makeRoom() {
        ByteBuf old = writeBuffer;
        int missing = requested - (old == null ? 0 : old.capacity());
        if (missing <= 0) {
            return true;
        }
        if (!link.budget().takeSoft(this, missing)) {
            return false;
        }
        budgeted += missing;
        ByteBuf larger = link.allocate(requested);
        if (old != null) {
            larger.writeBytes(old, 0, (int) sequences.received());
            old.release();
        }
        writeBuffer = larger;
        return true;
    }

    @Override
    public long held() {
        return budgeted;
    }

    @Override
    public boolean retry() {
        if (!makeRoom()) {
            return false;
        }
        waiting = false;
        solicit();
        return true;
    }

    private void askMore() {
        if (state != State.RUNNING) {
            return;
        }
        while (sequences.mayAsk()) {
            R2t r2t = new R2t();
            int transferTag = link.newTransferTag();
            r2t.lun(request.lun());
            r2t.initiatorTaskTag(tag());
            r2t.targetTransferTag(transferTag);
            r2t.r2tSn(sequences.nextR2tSn());
            r2t.bufferOffset((int) sequences.askOffset());
            r2t.desiredDataTransferLength(sequences.askLength());
            sequences.ask(transferTag);
            link.send(r2t, null);
        }
        owe();
    }

    private void deliver() {
        Task running = task;
        Nexus on = nexus;
        ByteBuf buffer = writeBuffer;
        if (running == null || on == null) {
            return;
        }
        delivered = true;
        ByteBuffer data = buffer == null ? link.allocate(0).nioBuffer() : buffer.nioBuffer(0, requested);
        on.run(request.lun(), () -> {
            if (!endedByDevice) {
                running.dataOut(data);
            }
        });
    }

    // ---- calls of the device, from the unit's loop ----------------------------------------------------------------

    @Override
    public ByteBuffer dataIn(int bytes) {
        if (dataInBuffer != null || endedByDevice) {
            throw new IllegalStateException("a task lends its Data-In buffer once, before its end");
        }
        ByteBuf buffer = link.allocate(bytes);
        dataInBuffer = buffer;
        return buffer.nioBuffer(0, bytes);
    }

    @Override
    public void requestDataOut(int bytes) {
        if (bytes < 0 || bytes > expectedOut) {
            throw new IllegalArgumentException("asked for " + bytes + " of " + expectedOut + " bytes of Data-Out");
        }
        if (link.inLoop()) {
            wants(bytes);
        } else {
            link.execute(() -> wants(bytes));
        }
    }

    private void wants(int bytes) {
        requested = bytes;
        if (!submitting) {
            advance();
        }
    }

    @Override
    public void finish(int status, byte[] sense, int dataInBytes, long transferBytes) {
        endOnce();
        ByteBuf filled = dataInBuffer;
        if (dataInBytes < 0 || dataInBytes > (filled == null ? 0 : filled.capacity())) {
            throw new IllegalArgumentException("Data-In of " + dataInBytes + " bytes was never lent");
        }
        long wire = Math.min(dataInBytes, expectedIn);
        if (filled != null) {
            filled.writerIndex((int) wire);
        }
        long residual = transferBytes - (expectedOut + expectedIn);
        DataInSender.Ending end = new DataInSender.Ending(this, status, sense, residual, filled, false);
        if (link.inLoop()) {
            endWith(end);
        } else {
            link.execute(() -> endWith(end));
        }
    }

    @Override
    public void aborted() {
        endOnce();
        if (link.inLoop()) {
            dropAborted();
        } else {
            link.execute(this::dropAborted);
        }
    }

    private void endOnce() {
        if (endedByDevice) {
            throw new IllegalStateException("a task ends once");
        }
        endedByDevice = true;
    }

    // ---- the end --------------------------------------------------------------------------------------------------

    private void endWith(DataInSender.Ending end) {
        ending = end;
        releaseWriteBuffer();
        if (sequences.open()) {
            sequences.fail();
            state = State.DRAINING;
        } else {
            sendEnding();
        }
    }

    private void sendEnding() {
        DataInSender.Ending end = ending;
        if (end == null) {
            throw new IllegalStateException("no status to send");
        }
        state = State.ENDED;
        owe();
        giveBudgetBack();
        link.ending(this);
        ByteBuf filled = end.dataIn();
        dataInBuffer = null;
        boolean statusSent = false;
        if (filled != null && filled.isReadable()) {
            statusSent = sender.data(end, filled, filled.readableBytes());
        } else if (filled != null) {
            filled.release();
        }
        if (!statusSent) {
            sender.status(end, dataInPdus + sequences.nextR2tSn());
        }
        link.ended(this);
    }

    private void dropAborted() {
        releaseBuffers();
        link.ending(this);
        follow();
    }

    /** Ends now, or once the last open Data-Out sequence is complete. */
    private void follow() {
        sequences.fail();
        if (sequences.open()) {
            state = State.DISCARDING;
        } else {
            state = State.ENDED;
            link.ended(this);
        }
        owe();
    }

    /** Gives up a status that waits for the end of the data (RFC 7143 7.8: task management may conclude the task). */
    public boolean abandon() {
        if (state != State.DRAINING) {
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
        if (state == State.DRAINING) {
            link.ending(this);
        }
        state = State.ENDED;
        releaseBuffers();
        owe();
        link.ended(this);
    }

    void dataInPdus(int count) {
        dataInPdus = count;
    }

    private void owe() {
        boolean now = sequences.open() && state != State.DISCARDING && state != State.ENDED;
        if (now != owing) {
            owing = now;
            link.owesData(now);
        }
    }

    private void releaseBuffers() {
        releaseWriteBuffer();
        ByteBuf filled = dataInBuffer;
        dataInBuffer = null;
        if (filled != null) {
            filled.release();
        }
        giveBudgetBack();
    }

    private void releaseWriteBuffer() {
        ByteBuf buffer = writeBuffer;
        writeBuffer = null;
        if (buffer != null) {
            buffer.release();
        }
    }

    private void giveBudgetBack() {
        waiting = false;
        link.budget().giveBack(this);
        budgeted = 0;
        link.budget().wake();
    }
}
