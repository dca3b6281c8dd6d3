package dev.sandstone.iscsi.transfer;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.DataOut;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sequences of a command where data may come in any order, or where what was lost is asked for again (error recovery
 * level 1 and 2; RFC 7143 7.1.4.1, 7.8, 7.9). What is there is known byte by byte, so the next R2T always asks for the first
 * gap that no open sequence will fill: for the data that was never sent, and for what was damaged or lost, alike.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>a byte that is there is never written again: its command may be reading it.
 *   <li>open sequences do not overlap each other, nor anything that was there when they were asked for.
 *   <li>a sequence that ends, or falls silent, without a new byte is counted; after {@link #MAX_FRUITLESS} of them the
 *       command fails, so no initiator keeps it alive for ever.
 * </ul>
 */
final class RecoveringSequences implements Sequences {
    /** Sequences in one command that may end without a new byte. */
    static final int MAX_FRUITLESS = 8;

    private static final int REMEMBERED = 16;

    /** Data that is on its way. */
    static final class Sequence {
        private final int tag;
        private final int r2tSn;
        private final long start;
        private final long end;
        private int nextDataSn;
        private boolean fruitful;
        private boolean moved = true;

        Sequence(int tag, int r2tSn, long start, long end) {
            this.tag = tag;
            this.r2tSn = r2tSn;
            this.start = start;
            this.end = end;
        }

        int tag() {
            return tag;
        }

        int r2tSn() {
            return r2tSn;
        }

        long offset() {
            return start;
        }

        int length() {
            return (int) (end - start);
        }
    }

    private final TransferLimits limits;
    private final ByteRanges there = new ByteRanges();
    private final List<Sequence> open = new ArrayList<>(1);
    private final int[] past = new int[REMEMBERED];
    private final boolean announced;
    private int pastCount;
    private boolean failed;
    private int nextR2tSn;
    private int fruitless;
    private long wanted;

    /**
     * @param expected EDTL
     * @param unsolicitedFollows the command had no F bit
     */
    RecoveringSequences(TransferLimits limits, long expected, boolean unsolicitedFollows) {
        this.limits = limits;
        announced = unsolicitedFollows;
        if (unsolicitedFollows) {
            open.add(new Sequence(Bhs.RESERVED_TAG, -1, 0, Math.min(limits.firstBurst(), expected)));
        }
    }

    @Override
    public void immediate(int length) {
        there.add(0, length);
    }

    @Override
    public long received() {
        return there.missingFrom(0);
    }

    @Override
    public long extent() {
        return there.end();
    }

    @Override
    public boolean open() {
        return !open.isEmpty();
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
        return transferTag == Bhs.RESERVED_TAG || find(transferTag) != null || isPast(transferTag);
    }

    @Override
    public boolean fits(DataOut pdu) {
        Sequence sequence = find(pdu.targetTransferTag());
        return sequence != null && !failed && fault(sequence, pdu) == null && isNew(pdu);
    }

    private boolean isNew(DataOut pdu) {
        long offset = Integer.toUnsignedLong(pdu.bufferOffset());
        long end = offset + pdu.dataSegmentLength();
        return there.presentFrom(offset, end) == end;
    }

    private @Nullable DataFault fault(Sequence sequence, DataOut pdu) {
        long offset = Integer.toUnsignedLong(pdu.bufferOffset());
        long end = offset + pdu.dataSegmentLength();
        if (offset < sequence.start || end > sequence.end) {
            return DataFault.INCORRECT_AMOUNT;
        }
        if (limits.recovery()) {
            return null;
        }
        if (pdu.dataSn() != sequence.nextDataSn) {
            return DataFault.SERVICE_CRC;
        }
        boolean whole = sequence.tag == Bhs.RESERVED_TAG || !pdu.isFinal() || complete(sequence, offset, end);
        return isNew(pdu) && whole ? null : DataFault.INCORRECT_AMOUNT;
    }

    /** Whether the range of one more PDU makes the sequence whole. */
    private boolean complete(Sequence sequence, long offset, long end) {
        long gap = there.missingFrom(sequence.start);
        return gap >= sequence.end || (gap == offset && there.covers(end, sequence.end));
    }

    @Override
    public @Nullable DataFault take(DataOut pdu, boolean digestGood) {
        Sequence sequence = find(pdu.targetTransferTag());
        if (sequence == null) {
            // Late data of a sequence that was given up; unsolicited data that nothing announced.
            boolean late = pdu.targetTransferTag() != Bhs.RESERVED_TAG || (announced && limits.recovery());
            return late || failed ? null : failing(DataFault.UNEXPECTED_UNSOLICITED);
        }
        DataFault found = null;
        if (!failed) {
            found = digestGood || limits.recovery() ? fault(sequence, pdu) : DataFault.SERVICE_CRC;
            if (found == null && digestGood && isNew(pdu)) {
                long offset = Integer.toUnsignedLong(pdu.bufferOffset());
                there.add(offset, offset + pdu.dataSegmentLength());
                sequence.fruitful |= pdu.dataSegmentLength() > 0;
            }
        }
        sequence.nextDataSn = pdu.dataSn() + 1;
        sequence.moved = true;
        if (pdu.isFinal()) {
            close(sequence);
        }
        return found == null ? exhausted() : failing(found);
    }

    private @Nullable DataFault exhausted() {
        return failed || fruitless <= MAX_FRUITLESS ? null : failing(DataFault.SERVICE_CRC);
    }

    private DataFault failing(DataFault found) {
        failed = true;
        return found;
    }

    private void close(Sequence sequence) {
        open.remove(sequence);
        if (sequence.tag != Bhs.RESERVED_TAG) {
            past[pastCount++ % REMEMBERED] = sequence.tag;
        }
        boolean empty = there.covers(sequence.start, sequence.end);
        if (!sequence.fruitful && !empty) {
            fruitless++;
        }
    }

    /**
     * Gives up the sequences of which nothing came since the last call (RFC 7143 7.1.4.1, sequence reception timeout).
     *
     * @return what makes the command fail, or null
     */
    @Nullable
    DataFault giveUpSilent() {
        for (Sequence sequence : List.copyOf(open)) {
            if (!sequence.moved) {
                close(sequence);
            }
            sequence.moved = false;
        }
        return exhausted();
    }

    /** The connection of the unsolicited data is gone: it will be asked for. R2Ts stay, to be sent again. */
    void connectionLost() {
        open.removeIf(sequence -> sequence.tag == Bhs.RESERVED_TAG);
        open.forEach(sequence -> sequence.nextDataSn = 0);
    }

    /** All sequences end here, as their data is of no use any more. */
    void abandon() {
        failed = true;
        open.clear();
    }

    /** The R2Ts that are not yet answered, in the order of their numbers. */
    List<Sequence> r2ts() {
        return open.stream()
                .filter(sequence -> sequence.tag != Bhs.RESERVED_TAG)
                .toList();
    }

    @Override
    public void solicit(long upTo) {
        wanted = upTo;
    }

    @Override
    public boolean mayAsk() {
        boolean unsolicited = find(Bhs.RESERVED_TAG) != null;
        return !failed && !unsolicited && open.size() < limits.maxOutstandingR2t() && askOffset() < wanted;
    }

    @Override
    public int nextR2tSn() {
        return nextR2tSn;
    }

    @Override
    public long askOffset() {
        long at = 0;
        long gap = there.missingFrom(at);
        while (gap != at || covering(at) != null) {
            Sequence filling = covering(gap);
            at = filling == null ? gap : filling.end;
            gap = there.missingFrom(at);
        }
        return at;
    }

    @Override
    public int askLength() {
        long from = askOffset();
        long to = there.presentFrom(from, Math.min(from + limits.maxBurst(), wanted));
        for (Sequence sequence : open) {
            if (sequence.start > from) {
                to = Math.min(to, sequence.start);
            }
        }
        return (int) (to - from);
    }

    private @Nullable Sequence covering(long offset) {
        for (Sequence sequence : open) {
            if (sequence.start <= offset && offset < sequence.end) {
                return sequence;
            }
        }
        return null;
    }

    @Override
    public void ask(int transferTag) {
        long from = askOffset();
        open.add(new Sequence(transferTag, nextR2tSn++, from, from + askLength()));
    }

    private @Nullable Sequence find(int transferTag) {
        for (Sequence sequence : open) {
            if (sequence.tag == transferTag) {
                return sequence;
            }
        }
        return null;
    }

    private boolean isPast(int transferTag) {
        for (int i = 0; i < Math.min(pastCount, REMEMBERED); i++) {
            if (past[i] == transferTag) {
                return true;
            }
        }
        return false;
    }
}
