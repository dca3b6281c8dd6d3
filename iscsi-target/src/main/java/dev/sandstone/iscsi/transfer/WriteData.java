package dev.sandstone.iscsi.transfer;

import dev.sandstone.iscsi.pdu.DataOut;
import dev.sandstone.iscsi.pdu.R2t;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The Data-Out of one command: where it lies, which PDUs may bring it, what is to be asked for, and its share of the
 * session's bytes. On the session's loop only.
 *
 * <p>Data is placed in one buffer; it grows only while no sequence is open, so nothing is on its way into the old one.
 */
public final class WriteData implements ByteBudget.Waiter {
    /** Largest buffer taken for a command before its device said how much it wants, in bytes. */
    private static final int FIRST_CAPACITY = 1 << 20;

    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    /** SPC-4: ABORTED COMMAND, INSUFFICIENT RESOURCES. */
    private static final int INSUFFICIENT_RESOURCES = 0x5503;

    private final Transfer owner;
    private @Nullable WriteSequences inOrder;
    private long expected;
    private Sequences sequences;
    private @Nullable RecoveringSequences recovering;
    private @Nullable DataFault fault;
    private @Nullable Lent buffer;
    private boolean refused;
    private boolean waiting;
    private boolean delivered;
    private boolean owing;
    private long budgeted;
    private int requested = -1;

    // The sequences are set by begin, before anything can be called.
    @SuppressWarnings("NullAway.Init")
    WriteData(Transfer owner) {
        this.owner = owner;
    }

    /** Becomes that of another command; of the one before nothing is held any more. */
    void begin(TransferLimits limits, CommandFields command) {
        expected = command.expectedOut();
        fault = null;
        refused = false;
        delivered = false;
        requested = -1;
        boolean announced = !command.isFinal() && expected > 0;
        boolean follows = announced && !limits.initialR2t();
        if (limits.inOrder() && !limits.recovery()) {
            recovering = null;
            sequences = inOrder(limits, follows);
        } else {
            RecoveringSequences fresh = new RecoveringSequences(limits, expected, follows);
            recovering = fresh;
            sequences = fresh;
        }
        if (announced && limits.initialR2t()) {
            fail(DataFault.UNEXPECTED_UNSOLICITED);
        }
    }

    private WriteSequences inOrder(TransferLimits limits, boolean follows) {
        WriteSequences again = inOrder;
        if (again == null) {
            again = new WriteSequences(limits, expected, follows);
            inOrder = again;
        } else {
            again.begin(limits, expected, follows);
        }
        return again;
    }

    // ---- immediate data ---------------------------------------------------------------------------------------------

    /**
     * The buffer a command's immediate data is to be read into, or null when the data will not be used: more than the
     * rules allow, or no memory for it. Follow with {@link Transfer#immediateData}.
     */
    public static @Nullable Lent immediateBuffer(TransferLink link, long expectedOut, int length) {
        TransferLimits limits = link.limits();
        if (!limits.immediateData() || length > limits.firstBurst() || length > expectedOut) {
            return null;
        }
        int capacity = firstCapacity(limits, expectedOut);
        return link.budget().takeHard(0, capacity) ? link.lend(capacity) : null;
    }

    /** Gives back a buffer of {@link #immediateBuffer} whose command is not executed. */
    public static void refund(TransferLink link, Lent buffer) {
        link.budget().refund(buffer.size());
        buffer.release();
    }

    private static int firstCapacity(TransferLimits limits, long expectedOut) {
        return (int) Math.min(expectedOut, Math.max(FIRST_CAPACITY, limits.firstBurst()));
    }

    void immediate(@Nullable Lent filled, int length) {
        if (filled != null) {
            buffer = filled;
            budgeted += filled.size();
            sequences.immediate(length);
            return;
        }
        TransferLimits limits = owner.link().limits();
        if (!limits.immediateData()) {
            fail(DataFault.UNEXPECTED_UNSOLICITED);
        } else if (length > limits.firstBurst() || length > expected) {
            fail(DataFault.INCORRECT_AMOUNT);
        } else {
            refuse();
        }
    }

    // ---- Data-Out ---------------------------------------------------------------------------------------------------

    /** Where the data of this PDU goes, or null when it will not be used. */
    @Nullable
    ByteBuf destination(DataOut pdu) {
        if (!sequences.knows(pdu.targetTransferTag()) || !sequences.fits(pdu) || refused) {
            return null;
        }
        Lent there = buffer == null ? takeFirstBuffer() : buffer;
        return there == null ? null : there.bytes().writerIndex(pdu.bufferOffset());
    }

    private @Nullable Lent takeFirstBuffer() {
        TransferLink link = owner.link();
        int capacity = firstCapacity(link.limits(), expected);
        if (!link.budget().takeHard(budgeted, capacity)) {
            refuse();
            return null;
        }
        budgeted += capacity;
        Lent fresh = link.lend(capacity);
        buffer = fresh;
        return fresh;
    }

    boolean knows(int transferTag) {
        return sequences.knows(transferTag);
    }

    /** Takes a Data-Out whose tag is known, its data placed when {@link #destination} gave a buffer. */
    void take(DataOut pdu, boolean digestGood) {
        DataFault found = sequences.take(pdu, digestGood);
        if (found != null) {
            fault = found;
        }
    }

    boolean open() {
        return sequences.open();
    }

    /** No further data is used; open sequences are followed to their end. */
    void stop() {
        sequences.fail();
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

    /** Whether the command failed already; its device need not hear of it. */
    boolean failedEarly() {
        return refused || fault != null;
    }

    @Nullable
    DataFault fault() {
        return fault;
    }

    // ---- towards the device -------------------------------------------------------------------------------------

    /** The device wants the first so many bytes, now or at the next {@link #advance}. */
    void want(int bytes, boolean now) {
        requested = bytes;
        if (now) {
            advance();
        }
    }

    /** Moves a running command on: asks the initiator for what is missing, or hands the data over. */
    void advance() {
        if (requested < 0 || delivered || waiting || !owner.running()) {
            return;
        }
        if (sequences.failed()) {
            DataFault found = fault;
            delivered = owner.failData(
                    found == null ? INSUFFICIENT_RESOURCES >> 8 : found.asc(),
                    found == null ? INSUFFICIENT_RESOURCES & 0xff : found.ascq());
        } else if (sequences.received() >= requested) {
            Lent filled = buffer;
            delivered = owner.deliver(filled == null ? NOTHING.duplicate() : filled.first(requested));
        } else if (!sequences.open()) {
            if (makeRoom()) {
                solicit();
            } else {
                waiting = true;
                owner.link().budget().await(this);
            }
        }
    }

    private void solicit() {
        sequences.solicit(requested);
        askMore();
    }

    /** A buffer for all the device wants; false: the budget has no room now. */
    private boolean makeRoom() {
        Lent old = buffer;
        int missing = requested - (old == null ? 0 : old.size());
        if (missing <= 0) {
            return true;
        }
        TransferLink link = owner.link();
        if (!link.budget().takeSoft(this, missing)) {
            return false;
        }
        budgeted += missing;
        Lent larger = link.lend(requested);
        if (old != null) {
            larger.bytes().writeBytes(old.bytes(), 0, (int) sequences.extent());
            old.release();
        }
        buffer = larger;
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

    void askMore() {
        if (!owner.running()) {
            return;
        }
        TransferLink link = owner.link();
        while (sequences.mayAsk()) {
            int transferTag = link.newTransferTag();
            R2t r2t = r2t(transferTag, sequences.nextR2tSn());
            r2t.bufferOffset((int) sequences.askOffset());
            r2t.desiredDataTransferLength(sequences.askLength());
            sequences.ask(transferTag);
            link.send(r2t, null);
        }
        owe();
    }

    private R2t r2t(int transferTag, int r2tSn) {
        R2t r2t = new R2t();
        r2t.lun(owner.lun());
        r2t.initiatorTaskTag(owner.tag());
        r2t.targetTransferTag(transferTag);
        r2t.r2tSn(r2tSn);
        return r2t;
    }

    // ---- recovery ---------------------------------------------------------------------------------------------------

    /** R2Ts sent so far. */
    int r2ts() {
        return sequences.nextR2tSn();
    }

    /**
     * Sends R2Ts again that are not yet answered.
     *
     * @param first R2TSN of the first
     * @param count how many; 0 for all from there on
     * @return how many were sent
     */
    int askAgain(int first, int count) {
        RecoveringSequences asked = recovering;
        int sent = 0;
        if (asked != null && owner.running()) {
            for (RecoveringSequences.Sequence sequence : asked.r2ts()) {
                int distance = sequence.r2tSn() - first;
                if (distance >= 0 && (count == 0 || distance < count)) {
                    R2t r2t = r2t(sequence.tag(), sequence.r2tSn());
                    r2t.bufferOffset((int) sequence.offset());
                    r2t.desiredDataTransferLength(sequence.length());
                    owner.link().send(r2t, null);
                    sent++;
                }
            }
        }
        return sent;
    }

    /** A moment has passed: gives up sequences of which nothing came meanwhile. */
    void tick() {
        RecoveringSequences asked = recovering;
        if (asked != null && asked.open()) {
            DataFault found = asked.giveUpSilent();
            if (found != null) {
                fault = found;
            }
        }
    }

    /** The connection is gone: what it owed will be asked for over another. */
    void connectionLost() {
        RecoveringSequences asked = recovering;
        if (asked != null) {
            asked.connectionLost();
        }
    }

    /** Nothing more will come. */
    void abandon() {
        sequences.fail();
        RecoveringSequences asked = recovering;
        if (asked != null) {
            asked.abandon();
        }
    }

    // ---- what is held -----------------------------------------------------------------------------------------------

    /** Tells the connection whether the initiator owes data. */
    void owe() {
        boolean now = sequences.open() && owner.counts();
        if (now != owing) {
            owing = now;
            owner.link().owesData(now);
        }
    }

    void releaseBuffer() {
        Lent held = buffer;
        buffer = null;
        if (held != null) {
            held.release();
        }
    }

    void giveBudgetBack() {
        waiting = false;
        owner.link().budget().giveBack(this);
        budgeted = 0;
    }
}
