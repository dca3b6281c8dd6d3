package dev.sandstone.iscsi.session;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.ResponseBhs;
import dev.sandstone.iscsi.pdu.ScsiResponse;
import dev.sandstone.iscsi.pdu.SerialNumber;
import dev.sandstone.iscsi.transfer.Resent;
import dev.sandstone.iscsi.transfer.Transfer;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The statuses of one connection that the initiator has not acknowledged by ExpStatSN (RFC 7143 4.2.2.2), so that they can be
 * sent again, and the transfers that end once they are acknowledged.
 *
 * <p>Bounded, whatever the initiator acknowledges: the oldest go first, and what went can not be sent again. An initiator
 * that asks for it has to recover at the next level.
 *
 * <p>Invariant: StatSNs of entries follow each other without gap, up to the last that was given out.
 */
final class StatusLog {
    static final int MAX_ENTRIES = 4096;
    /** Data segments of kept PDUs, without Data-In, in bytes. */
    static final int MAX_PDU_BYTES = 1 << 20;

    private static final byte[] NOTHING = new byte[0];

    private static final class Entry {
        private final int statSn;
        private final Bhs bhs;
        private final byte[] data;
        private @Nullable Transfer transfer;
        private int dataInBytes;

        Entry(int statSn, Bhs bhs, byte[] data) {
            this.statSn = statSn;
            this.bhs = bhs;
            this.data = data;
        }
    }

    private record Waiter(int statSn, Runnable action) {}

    private final boolean keeping;
    private final long maxDataIn;
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private final ArrayDeque<Entry> withData = new ArrayDeque<>();
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>(0);
    private int acknowledged;
    private int next;
    private long pduBytes;
    private long dataInBytes;

    /**
     * @param nextStatSn of the first status to come
     * @param keeping whether statuses can be sent again; else only their acknowledgement is followed
     * @param maxDataIn Data-In that may be kept, in bytes
     */
    StatusLog(int nextStatSn, boolean keeping, long maxDataIn) {
        this.keeping = keeping;
        this.maxDataIn = maxDataIn;
        acknowledged = nextStatSn;
        next = nextStatSn;
    }

    /** A status is about to be sent. */
    void sending(ResponseBhs bhs, @Nullable ByteBuf data) {
        next = bhs.statSn() + 1;
        if (!keeping) {
            return;
        }
        byte[] copy = NOTHING;
        if (data != null && data.isReadable()) {
            copy = new byte[data.readableBytes()];
            data.getBytes(data.readerIndex(), copy);
        }
        entries.addLast(new Entry(bhs.statSn(), bhs.copy(), copy));
        pduBytes += copy.length;
        while (entries.size() > MAX_ENTRIES || (pduBytes > MAX_PDU_BYTES && entries.size() > 1)) {
            end(entries.removeFirst());
        }
    }

    /** The last status is that of this transfer, which keeps so many bytes. */
    void keep(Transfer transfer, int bytes) {
        Entry last = entries.peekLast();
        if (last == null) {
            throw new IllegalStateException("no status was sent");
        }
        last.transfer = transfer;
        last.dataInBytes = bytes;
        if (bytes > 0) {
            dataInBytes += bytes;
            withData.addLast(last);
        }
        while (dataInBytes > maxDataIn) {
            forgetData(withData.getFirst());
        }
    }

    private void forgetData(Entry entry) {
        Transfer transfer = entry.transfer;
        if (transfer != null && entry.dataInBytes > 0) {
            dataInBytes -= entry.dataInBytes;
            entry.dataInBytes = 0;
            withData.remove(entry);
            transfer.giveUpData();
        }
    }

    private void end(Entry entry) {
        pduBytes -= entry.data.length;
        Transfer transfer = entry.transfer;
        if (transfer != null) {
            forgetData(entry);
            transfer.acknowledged();
        }
    }

    /** The initiator says which status it expects next; what cannot be is ignored. */
    void acknowledge(int expStatSn) {
        if (!SerialNumber.before(acknowledged, expStatSn) || SerialNumber.before(next, expStatSn)) {
            return;
        }
        acknowledged = expStatSn;
        Entry first = entries.peekFirst();
        while (first != null && SerialNumber.before(first.statSn, expStatSn)) {
            end(entries.removeFirst());
            first = entries.peekFirst();
        }
        Waiter waiter = waiters.peekFirst();
        while (waiter != null && SerialNumber.beforeOrEqual(waiter.statSn, expStatSn)) {
            waiters.removeFirst().action.run();
            waiter = waiters.peekFirst();
        }
    }

    /** Runs the action once all that was sent so far is acknowledged, or the connection is gone; says whether at once. */
    boolean whenAcknowledged(Runnable action) {
        if (acknowledged == next) {
            action.run();
            return true;
        }
        waiters.addLast(new Waiter(next, action));
        return false;
    }

    /**
     * RFC 7143 11.16, Status SNACK.
     *
     * @param first StatSN of the first
     * @param run how many; 0 for all from there on, both 0 for all that are not acknowledged
     * @param again sends one again: the header as it was, with its data
     */
    Resent resend(int first, int run, BiConsumer<Bhs, byte[]> again) {
        int from = first == 0 && run == 0 ? acknowledged : first;
        int count = run == 0 ? next - from : run;
        if (SerialNumber.before(from, acknowledged) || count <= 0 || count > next - from) {
            return Resent.NEVER_SENT;
        }
        Entry oldest = entries.peekFirst();
        if (oldest == null || SerialNumber.before(from, oldest.statSn)) {
            return Resent.GONE;
        }
        for (Entry entry : entries) {
            int distance = entry.statSn - from;
            if (distance >= 0 && distance < count) {
                again.accept(entry.bhs, entry.data);
            }
        }
        return Resent.DONE;
    }

    /** RFC 7143 11.4.8: the response of a transfer from now on carries that SNACK Tag; sends it again. */
    void retag(Transfer transfer, int snackTag, BiConsumer<Bhs, byte[]> again) {
        for (Entry entry : entries) {
            if (entry.transfer == transfer) {
                ScsiResponse response = new ScsiResponse(entry.bhs);
                response.snackTag(snackTag);
                response.expDataSn(transfer.dataInCount());
                again.accept(response, entry.data);
            }
        }
    }

    /** The connection is gone: nothing will be acknowledged any more. What its transfers hold is theirs again. */
    void close() {
        entries.clear();
        withData.clear();
        for (Waiter waiter = waiters.poll(); waiter != null; waiter = waiters.poll()) {
            waiter.action.run();
        }
    }
}
