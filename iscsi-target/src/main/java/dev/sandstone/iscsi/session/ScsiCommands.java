package dev.sandstone.iscsi.session;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.DataOut;
import dev.sandstone.iscsi.pdu.Pdu;
import dev.sandstone.iscsi.pdu.RejectReason;
import dev.sandstone.iscsi.pdu.ResponseBhs;
import dev.sandstone.iscsi.pdu.ScsiCommand;
import dev.sandstone.iscsi.text.OperationalParameters;
import dev.sandstone.iscsi.transfer.ByteBudget;
import dev.sandstone.iscsi.transfer.DataInSender;
import dev.sandstone.iscsi.transfer.Transfer;
import dev.sandstone.iscsi.transfer.TransferLimits;
import dev.sandstone.iscsi.transfer.TransferLink;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.TaskFunction;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The SCSI commands of a connection: takes SCSI Command and Data-Out PDUs, keeps the transfers by their task tag. */
final class ScsiCommands implements TransferLink {
    /** Immediate commands have no window; so many may be under way. */
    private static final int MAX_IMMEDIATE = 64;
    /** Aborted commands whose Data-Out may still come; beyond this it is rejected instead of dropped silently. */
    private static final int MAX_DISCARDING = 1024;

    private final Connection connection;
    private final Nexus nexus;
    private final EventLoop loop;
    private final ByteBufAllocator allocator;
    private final ByteBudget budget;
    private final DataInSender sender = new DataInSender(this);
    private final TagTable transfers = new TagTable();
    private final LongAdder taken = new LongAdder();
    private final ScsiCommand command = new ScsiCommand();
    private final DataOut dataOut = new DataOut();

    private TransferLimits limits;
    private @Nullable ByteBuf incoming;
    private int immediates;
    private int owing;
    private int lastTransferTag;

    ScsiCommands(Connection connection, Nexus nexus) {
        this.connection = connection;
        this.nexus = nexus;
        loop = connection.channel().eventLoop();
        allocator = connection.channel().alloc();
        SessionLimits session = connection.services().limits();
        budget = new ByteBudget(session.softBytes(), session.hardBytes());
        OperationalParameters agreed = connection.admitted().parameters();
        limits = new TransferLimits(
                agreed.initiatorMaxRecvDataSegmentLength(),
                agreed.maxBurstLength(),
                Math.min(agreed.firstBurstLength(), agreed.maxBurstLength()),
                agreed.initialR2t(),
                agreed.immediateData(),
                Math.min(agreed.maxOutstandingR2t(), TransferLimits.MAX_OUTSTANDING_R2T));
    }

    // ---- PDUs -------------------------------------------------------------------------------------------------------

    /** Where a command's immediate data goes, or null when it will not be used. */
    @Nullable
    ByteBuf immediateDestination(Bhs bhs) {
        command.wrap(bhs);
        if (!command.write() || command.read() || ignored()) {
            return null;
        }
        long expected = Integer.toUnsignedLong(command.expectedDataTransferLength());
        ByteBuf buffer = Transfer.immediateBuffer(this, expected, command.dataSegmentLength());
        incoming = buffer;
        return buffer;
    }

    /** The data digest of a command was wrong: the command counts as never arrived. */
    void discardImmediateData() {
        ByteBuf buffer = incoming;
        incoming = null;
        if (buffer != null) {
            Transfer.refund(this, buffer);
        }
    }

    private boolean ignored() {
        return !command.immediate() && connection.window().arrive(command.cmdSn()) == CommandWindow.Arrival.IGNORED;
    }

    /** Takes a SCSI Command PDU. */
    void command(Pdu pdu) {
        command.wrap(pdu.bhs());
        int tag = command.initiatorTaskTag();
        Transfer holder = transfers.get(tag);
        if (ignored()) {
            ignore(holder);
            return;
        }
        RejectReason wrong = check(holder);
        TransferCommand parsed = wrong == null ? TransferCommand.parse(command, pdu.ahs()) : null;
        if (parsed == null) {
            discardImmediateData();
            Bhs copy = command.copy();
            RejectReason reason = wrong == null ? RejectReason.INVALID_PDU_FIELD : wrong;
            connection.inTurn(
                    copy,
                    new SimpleTurn(connection, !copy.immediate(), () -> connection.reject(reason, copy), () -> {}));
            return;
        }
        if (holder != null) {
            holder.forget();
        }
        Transfer transfer = admit(parsed);
        connection.inTurn(command, new CommandTurn(transfer));
    }

    private Transfer admit(TransferCommand parsed) {
        Transfer transfer = new Transfer(this, sender, parsed.command());
        int length = command.dataSegmentLength();
        if (length > 0) {
            ByteBuf data = incoming;
            incoming = null;
            transfer.immediateData(data, length);
        }
        transfers.put(transfer);
        if (command.immediate()) {
            immediates++;
        }
        taken.increment();
        connection.services().counters().commands().increment();
        return transfer;
    }

    /** Outside the window or a duplicate: no trace of it, and of the data that follows it, may remain. */
    private void ignore(@Nullable Transfer holder) {
        discardImmediateData();
        if (holder == null && !command.isFinal() && transfers.size() < MAX_DISCARDING) {
            TransferCommand parsed = TransferCommand.parse(command, new byte[0]);
            if (parsed != null) {
                Transfer transfer = new Transfer(this, sender, parsed.command());
                transfers.put(transfer);
                transfer.drop();
            }
        }
    }

    private @Nullable RejectReason check(@Nullable Transfer holder) {
        if (command.initiatorTaskTag() == Bhs.RESERVED_TAG) {
            return RejectReason.INVALID_PDU_FIELD;
        }
        if (holder != null && !holder.discarding()) {
            return RejectReason.TASK_IN_PROGRESS;
        }
        if (command.read() && command.write()) {
            return RejectReason.COMMAND_NOT_SUPPORTED;
        }
        if (!command.write() && command.dataSegmentLength() > 0) {
            return RejectReason.INVALID_PDU_FIELD;
        }
        if (command.immediate() && immediates >= MAX_IMMEDIATE) {
            return RejectReason.IMMEDIATE_COMMAND_REJECT;
        }
        return null;
    }

    /** Where write data goes, or null when it will not be used. */
    @Nullable
    ByteBuf dataOutDestination(Bhs bhs) {
        dataOut.wrap(bhs);
        Transfer transfer = transfers.get(dataOut.initiatorTaskTag());
        return transfer == null ? null : transfer.destination(dataOut);
    }

    /** Takes a Data-Out PDU; one without a sequence to belong to is rejected, it was rejected already when damaged. */
    void dataOut(Pdu pdu) {
        dataOut.wrap(pdu.bhs());
        Transfer transfer = transfers.get(dataOut.initiatorTaskTag());
        if (transfer != null && transfer.knowsTransferTag(dataOut.targetTransferTag())) {
            transfer.dataOut(dataOut, pdu.dataDigestGood());
        } else if (pdu.dataDigestGood()) {
            connection.reject(RejectReason.INVALID_PDU_FIELD, pdu.bhs());
        }
    }

    /** A command in CmdSN order. */
    private final class CommandTurn implements Turn {
        private final Transfer transfer;

        CommandTurn(Transfer transfer) {
            this.transfer = transfer;
        }

        @Override
        public void run() {
            transfer.submit(nexus);
        }

        @Override
        public void cancel() {
            if (transfer.queued()) {
                transfer.drop();
            }
        }
    }

    // ---- task management --------------------------------------------------------------------------------------------

    @Nullable
    Transfer find(int tag) {
        return transfers.get(tag);
    }

    List<Transfer> all() {
        return transfers.all();
    }

    /** Takes a command that waits for its turn out of the window. */
    void dropQueued(Transfer transfer) {
        connection.window().replace(transfer.cmdSn(), new SimpleTurn(connection, () -> {}));
        transfer.drop();
    }

    /** Aborts what the device has, one by one; then runs {@code done}, on some thread. */
    void abortAll(Runnable done) {
        Countdown countdown = new Countdown(done);
        for (Transfer transfer : transfers.all()) {
            if (transfer.running()) {
                countdown.add();
                long tag = Integer.toUnsignedLong(transfer.tag());
                nexus.manage(TaskFunction.ABORT_TASK, transfer.lun(), tag, result -> execute(countdown::step));
            }
        }
        countdown.step();
    }

    /** The connection is gone: only what the device has stays, until the device ends it. */
    void connectionLost() {
        discardImmediateData();
        for (Transfer transfer : transfers.all()) {
            transfer.forget();
        }
    }

    int owing() {
        return owing;
    }

    long taken() {
        return taken.sum();
    }

    /** RFC 7143 13.12: the initiator may declare another MaxRecvDataSegmentLength at any time. */
    void maxSendSegment(int bytes) {
        limits = new TransferLimits(
                bytes,
                limits.maxBurst(),
                limits.firstBurst(),
                limits.initialR2t(),
                limits.immediateData(),
                limits.maxOutstandingR2t());
    }

    // ---- TransferLink -----------------------------------------------------------------------------------------------

    @Override
    public boolean inLoop() {
        return loop.inEventLoop();
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public ByteBuf allocate(int bytes) {
        return allocator.directBuffer(bytes, bytes);
    }

    @Override
    public TransferLimits limits() {
        return limits;
    }

    @Override
    public ByteBudget budget() {
        return budget;
    }

    @Override
    public int newTransferTag() {
        lastTransferTag++;
        if (lastTransferTag == Bhs.RESERVED_TAG) {
            lastTransferTag++;
        }
        return lastTransferTag;
    }

    @Override
    public void send(ResponseBhs bhs, @Nullable ByteBuf data) {
        connection.send(bhs, data);
    }

    @Override
    public void sendStatus(ResponseBhs bhs, @Nullable ByteBuf data) {
        connection.sendStatus(bhs, data);
    }

    @Override
    public void owesData(boolean owes) {
        owing += owes ? 1 : -1;
    }

    @Override
    public void ending(Transfer transfer) {
        if (transfer.immediateCommand()) {
            immediates--;
        } else {
            connection.window().ended();
        }
    }

    @Override
    public void ended(Transfer transfer) {
        transfers.remove(transfer.tag());
        connection.freed();
    }
}
