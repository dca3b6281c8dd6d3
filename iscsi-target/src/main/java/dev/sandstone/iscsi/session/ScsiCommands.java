package dev.sandstone.iscsi.session;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.DataOut;
import dev.sandstone.iscsi.pdu.Pdu;
import dev.sandstone.iscsi.pdu.RejectReason;
import dev.sandstone.iscsi.pdu.ResponseBhs;
import dev.sandstone.iscsi.pdu.ScsiCommand;
import dev.sandstone.iscsi.transfer.ByteBudget;
import dev.sandstone.iscsi.transfer.DataInSender;
import dev.sandstone.iscsi.transfer.Lent;
import dev.sandstone.iscsi.transfer.Transfer;
import dev.sandstone.iscsi.transfer.TransferLimits;
import dev.sandstone.iscsi.transfer.TransferLink;
import dev.sandstone.iscsi.transfer.WriteData;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.TaskFunction;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The SCSI commands of a connection: takes SCSI Command and Data-Out PDUs, and is the link of the commands allegiant to this
 * connection.
 */
final class ScsiCommands implements TransferLink {
    /** Immediate commands have no window; so many may be under way. */
    private static final int MAX_IMMEDIATE = 64;
    /** Aborted commands whose Data-Out may still come; beyond this it is rejected instead of dropped silently. */
    private static final int MAX_DISCARDING = 1024;

    private final Connection connection;
    private final Nexus nexus;
    private final SessionTasks tasks;
    private final EventLoop loop;
    private final ByteBufAllocator allocator;
    private final ByteBudget budget;
    private final DataInSender sender = new DataInSender(this);
    private final ScsiCommand command = new ScsiCommand();
    private final DataOut dataOut = new DataOut();

    private TransferLimits limits;
    private @Nullable Lent incoming;

    ScsiCommands(Connection connection, SessionTasks tasks) {
        this.connection = connection;
        this.tasks = tasks;
        nexus = tasks.nexus();
        loop = connection.loop();
        allocator = connection.channel().alloc();
        budget = tasks.budget();
        var agreed = connection.admitted().parameters();
        boolean recovery = agreed.errorRecoveryLevel() > 0;
        boolean onlyTheLast = recovery && agreed.dataSequenceInOrder();
        limits = new TransferLimits(
                agreed.initiatorMaxRecvDataSegmentLength(),
                agreed.maxBurstLength(),
                Math.min(agreed.firstBurstLength(), agreed.maxBurstLength()),
                agreed.initialR2t(),
                agreed.immediateData(),
                onlyTheLast ? 1 : Math.min(agreed.maxOutstandingR2t(), TransferLimits.MAX_OUTSTANDING_R2T),
                agreed.dataPduInOrder() && agreed.dataSequenceInOrder(),
                recovery);
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
        Lent buffer = WriteData.immediateBuffer(this, expected, command.dataSegmentLength());
        incoming = buffer;
        return buffer == null ? null : buffer.bytes();
    }

    /** The data digest of a command was wrong: the command counts as never arrived. */
    void discardImmediateData() {
        Lent buffer = incoming;
        incoming = null;
        if (buffer != null) {
            WriteData.refund(this, buffer);
        }
    }

    private boolean ignored() {
        return !command.immediate() && connection.window().arrive(command.cmdSn()) == CommandWindow.Arrival.IGNORED;
    }

    /** Takes a SCSI Command PDU. */
    void command(Pdu pdu) {
        command.wrap(pdu.bhs());
        int tag = command.initiatorTaskTag();
        Transfer holder = tasks.find(tag);
        if (ignored()) {
            ignore(holder);
            return;
        }
        RejectReason wrong = check(holder);
        Transfer transfer = wrong == null ? read(pdu.ahs()) : null;
        if (transfer == null) {
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
        admit(transfer);
        connection.inTurn(command, new CommandTurn(transfer));
    }

    /** The command of the PDU; null when a field of it is not admissible. */
    private @Nullable Transfer read(byte[] ahs) {
        Transfer transfer = tasks.spare();
        if (transfer.read(command, ahs)) {
            return transfer;
        }
        tasks.keep(transfer);
        return null;
    }

    private void admit(Transfer transfer) {
        transfer.begin(this, sender);
        int length = command.dataSegmentLength();
        if (length > 0) {
            Lent data = incoming;
            incoming = null;
            transfer.immediateData(data, length);
        }
        tasks.add(transfer);
        if (command.immediate()) {
            tasks.immediate(1);
        }
        tasks.taken().increment();
        connection.services().counters().commands().increment();
    }

    /** Outside the window or a duplicate: no trace of it, and of the data that follows it, may remain. */
    private void ignore(@Nullable Transfer holder) {
        discardImmediateData();
        if (holder == null && !command.isFinal() && tasks.size() < MAX_DISCARDING) {
            Transfer transfer = read(new byte[0]);
            if (transfer != null) {
                transfer.begin(this, sender);
                tasks.add(transfer);
                transfer.drop();
            }
        }
    }

    private @Nullable RejectReason check(@Nullable Transfer holder) {
        if (command.initiatorTaskTag() == Bhs.RESERVED_TAG) {
            return RejectReason.INVALID_PDU_FIELD;
        }
        if (holder != null && !holder.discarding() && !holder.sent()) {
            return RejectReason.TASK_IN_PROGRESS;
        }
        if (command.read() && command.write()) {
            return RejectReason.COMMAND_NOT_SUPPORTED;
        }
        if (!command.write() && command.dataSegmentLength() > 0) {
            return RejectReason.INVALID_PDU_FIELD;
        }
        if (command.immediate() && tasks.immediates() >= MAX_IMMEDIATE) {
            return RejectReason.IMMEDIATE_COMMAND_REJECT;
        }
        return null;
    }

    /** Where write data goes, or null when it will not be used. */
    @Nullable
    ByteBuf dataOutDestination(Bhs bhs) {
        dataOut.wrap(bhs);
        Transfer transfer = own(dataOut.initiatorTaskTag());
        return transfer == null ? null : transfer.destination(dataOut);
    }

    /** Takes a Data-Out PDU; one without a sequence to belong to is rejected, it was rejected already when damaged. */
    void dataOut(Pdu pdu) {
        dataOut.wrap(pdu.bhs());
        Transfer transfer = own(dataOut.initiatorTaskTag());
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
            if (transfer.queued()) {
                transfer.submit(nexus);
            } else {
                // Dropped by the request whose turn was just before.
                connection.window().ended();
            }
        }

        @Override
        public void cancel() {
            if (transfer.queued()) {
                transfer.drop();
            }
        }

        @Override
        public Connection connection() {
            return connection;
        }
    }

    // ---- task management --------------------------------------------------------------------------------------------

    /** The command with that tag, when it is allegiant to this connection. */
    @Nullable
    Transfer own(int tag) {
        Transfer transfer = tasks.find(tag);
        return transfer != null && transfer.link() == this ? transfer : null;
    }

    /** For all commands allegiant to this connection. */
    private void forOwn(Consumer<Transfer> action) {
        tasks.forEach(transfer -> {
            if (transfer.link() == this) {
                action.accept(transfer);
            }
        });
    }

    /** Whether there is room for more, or what is there waits for what is still to be read. */
    boolean mayTakeMore() {
        return !budget.exhausted() || tasks.owing() > 0;
    }

    /** Takes a command that waits for its turn out of the window; the very next one has left it and finds itself dropped. */
    void dropQueued(Transfer transfer) {
        CommandWindow<Turn> window = connection.window();
        if (window.heldAt(transfer.cmdSn()) != null) {
            window.replace(transfer.cmdSn(), new EmptyTurn(window));
        }
        transfer.drop();
    }

    /** Aborts what the device has of this connection, one by one; then runs {@code done}, on the loop. */
    void abortAll(Runnable done) {
        Countdown countdown = new Countdown(done);
        forOwn(transfer -> {
            if (transfer.running()) {
                countdown.add();
                long tag = Integer.toUnsignedLong(transfer.tag());
                nexus.manage(TaskFunction.ABORT_TASK, transfer.lun(), tag, result -> execute(countdown::step));
            }
        });
        countdown.step();
    }

    /** The connection is gone: only what the device has stays, until the device ends it. */
    void connectionLost() {
        discardImmediateData();
        forOwn(Transfer::forget);
    }

    /** The connection is gone, its commands wait for another. */
    void orphan() {
        discardImmediateData();
        forOwn(Transfer::orphan);
    }

    /** Nobody took the commands over: they end. */
    void discard() {
        connectionLost();
        abortAll(() -> {});
    }

    /** RFC 7143 11.5.1, TASK REASSIGN: the command goes on over this connection. */
    void adopt(Transfer transfer, int expDataSn) {
        transfer.reassign(this, sender, expDataSn);
    }

    /** RFC 7143 11.16, DataACK: whether a command waits for that acknowledgement, and it can be. */
    boolean acknowledgeData(int transferTag, int nextSn) {
        Transfer asking = tasks.find(transfer -> transfer.link() == this && transfer.asksUnder(transferTag));
        return asking != null && asking.acknowledgeData(nextSn);
    }

    /** Asks again for data that does not come. */
    void tick() {
        forOwn(Transfer::tick);
    }

    /** RFC 7143 13.12: the initiator may declare another MaxRecvDataSegmentLength at any time. */
    void maxSendSegment(int bytes) {
        limits = limits.withMaxSendSegment(bytes);
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
    public Lent lend(int bytes) {
        return Lent.lend(allocator, bytes);
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
        return tasks.newTransferTag();
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
        tasks.owes(owes ? 1 : -1);
    }

    @Override
    public void ending(Transfer transfer) {
        if (transfer.immediateCommand()) {
            tasks.immediate(-1);
        } else {
            connection.window().ended();
        }
    }

    @Override
    public void ended(Transfer transfer) {
        tasks.remove(transfer);
        connection.freed();
    }

    @Override
    public void spent(Transfer transfer) {
        tasks.keep(transfer);
    }

    @Override
    public void keeps(Transfer transfer, int bytes) {
        StatusLog log = connection.log();
        if (log != null) {
            log.keep(transfer, bytes);
        }
    }
}
