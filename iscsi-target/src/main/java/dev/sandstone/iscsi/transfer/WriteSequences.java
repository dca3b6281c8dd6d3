package dev.sandstone.iscsi.transfer;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.DataOut;
import org.jspecify.annotations.Nullable;

/**
 * The sequences of a command at error recovery level 0 with DataPDUInOrder and DataSequenceInOrder both Yes (RFC 7143
 * 4.2.5.1, 4.2.5.2): anything but the very next byte fails the command.
 *
 * <pre>
 *   0        immediate      unsolicited end                 wanted        EDTL
 *   |------------|-----------------|-------- R2T 0 --------|- R2T 1 -|-----|
 *   one sequence without R2T, shares FirstBurstLength       one sequence an R2T, at most MaxBurstLength each
 * </pre>
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>received only grows, byte after byte, and never passes the end of the open sequence.
 *   <li>R2Ts are issued only when no unsolicited sequence is open; at most MaxOutstandingR2T at a time.
 *   <li>a sequence is open from its announcement (command without F, or R2T) until a PDU with F, whatever went wrong
 *       between: a command must not end before (RFC 7143 11.4.2, 7.8).
 * </ul>
 */
final class WriteSequences implements Sequences {
    private TransferLimits limits;
    private long unsolicitedEnd;
    private boolean unsolicitedOpen;
    private boolean failed;
    private long received;
    private int dataSn;

    private int @Nullable [] tags;
    private int outstanding;
    private int nextR2tSn;
    private long asked;
    private long wanted;
    private long firstEnd;

    /** See {@link #begin}. */
    WriteSequences(TransferLimits limits, long expected, boolean unsolicitedFollows) {
        this.limits = limits;
        begin(limits, expected, unsolicitedFollows);
    }

    /**
     * Becomes those of another command.
     *
     * @param expected EDTL
     * @param unsolicitedFollows the command had no F bit
     */
    final void begin(TransferLimits agreed, long expected, boolean unsolicitedFollows) {
        limits = agreed;
        int[] open = tags;
        if (open != null && open.length < agreed.maxOutstandingR2t()) {
            tags = null;
        }
        unsolicitedEnd = Math.min(agreed.firstBurst(), expected);
        unsolicitedOpen = unsolicitedFollows;
        failed = false;
        received = 0;
        dataSn = 0;
        outstanding = 0;
        nextR2tSn = 0;
        asked = 0;
        wanted = 0;
        firstEnd = 0;
    }

    @Override
    public void immediate(int length) {
        received = length;
    }

    @Override
    public long received() {
        return received;
    }

    @Override
    public long extent() {
        return received;
    }

    @Override
    public boolean open() {
        return unsolicitedOpen || outstanding > 0;
    }

    @Override
    public void fail() {
        failed = true;
    }

    @Override
    public boolean failed() {
        return failed;
    }

    @Override
    public boolean knows(int transferTag) {
        return transferTag == Bhs.RESERVED_TAG || indexOf(transferTag) >= 0;
    }

    @Override
    public boolean fits(DataOut pdu) {
        return !failed && fault(pdu) == null;
    }

    /** What is wrong with a PDU whose tag is known, or null. */
    @Nullable
    DataFault fault(DataOut pdu) {
        long end;
        if (pdu.targetTransferTag() == Bhs.RESERVED_TAG) {
            if (!unsolicitedOpen) {
                return DataFault.UNEXPECTED_UNSOLICITED;
            }
            end = unsolicitedEnd;
        } else {
            if (indexOf(pdu.targetTransferTag()) != 0) {
                return DataFault.SERVICE_CRC;
            }
            end = firstEnd;
        }
        if (pdu.dataSn() != dataSn) {
            return DataFault.SERVICE_CRC;
        }
        boolean exact = Integer.toUnsignedLong(pdu.bufferOffset()) == received
                && received + pdu.dataSegmentLength() <= end
                && (!pdu.isFinal() || unsolicitedOpen || received + pdu.dataSegmentLength() == end);
        return exact ? null : DataFault.INCORRECT_AMOUNT;
    }

    @Override
    public @Nullable DataFault take(DataOut pdu, boolean digestGood) {
        DataFault found = null;
        if (!failed) {
            found = digestGood ? fault(pdu) : DataFault.SERVICE_CRC;
            if (found == null) {
                received += pdu.dataSegmentLength();
                dataSn++;
            } else {
                failed = true;
            }
        }
        if (pdu.isFinal()) {
            close(pdu.targetTransferTag());
        }
        return found;
    }

    private void close(int transferTag) {
        dataSn = 0;
        if (transferTag == Bhs.RESERVED_TAG) {
            unsolicitedOpen = false;
            return;
        }
        int index = indexOf(transferTag);
        int[] open = tags;
        if (index >= 0 && open != null) {
            outstanding--;
            System.arraycopy(open, index + 1, open, index, outstanding - index);
            firstEnd = Math.min(firstEnd + limits.maxBurst(), wanted);
        }
    }

    @Override
    public void solicit(long upTo) {
        asked = received;
        wanted = upTo;
        firstEnd = Math.min(received + limits.maxBurst(), upTo);
    }

    @Override
    public boolean mayAsk() {
        return !failed && !unsolicitedOpen && asked < wanted && outstanding < limits.maxOutstandingR2t();
    }

    @Override
    public int nextR2tSn() {
        return nextR2tSn;
    }

    @Override
    public long askOffset() {
        return asked;
    }

    @Override
    public int askLength() {
        return (int) Math.min(limits.maxBurst(), wanted - asked);
    }

    @Override
    public void ask(int transferTag) {
        int[] open = tags;
        if (open == null) {
            open = new int[limits.maxOutstandingR2t()];
            tags = open;
        }
        open[outstanding++] = transferTag;
        asked += askLength();
        nextR2tSn++;
    }

    private int indexOf(int transferTag) {
        int[] open = tags;
        if (open != null) {
            for (int i = 0; i < outstanding; i++) {
                if (open[i] == transferTag) {
                    return i;
                }
            }
        }
        return -1;
    }
}
