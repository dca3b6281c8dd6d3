package dev.sandstone.iscsi.session;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.transfer.ByteBudget;
import dev.sandstone.iscsi.transfer.Transfer;
import dev.sandstone.scsi.task.Nexus;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The commands of a session by task tag, over whichever connection they came, and what they may cost together. On the
 * session's loop.
 */
final class SessionTasks {
    private final Nexus nexus;
    private final ByteBudget budget;
    private final TagTable transfers = new TagTable();
    private final LongAdder taken = new LongAdder();
    private int immediates;
    private int owing;
    private int lastTransferTag;

    SessionTasks(Nexus nexus, SessionLimits limits) {
        this.nexus = nexus;
        budget = new ByteBudget(limits.softBytes(), limits.hardBytes());
    }

    Nexus nexus() {
        return nexus;
    }

    ByteBudget budget() {
        return budget;
    }

    @Nullable
    Transfer find(int tag) {
        return transfers.get(tag);
    }

    List<Transfer> all() {
        return transfers.all();
    }

    int size() {
        return transfers.size();
    }

    void add(Transfer transfer) {
        transfers.put(transfer);
    }

    void remove(Transfer transfer) {
        transfers.remove(transfer.tag());
    }

    /** Immediate commands under way. */
    int immediates() {
        return immediates;
    }

    void immediate(int change) {
        immediates += change;
    }

    /** Commands whose initiator owes data. */
    int owing() {
        return owing;
    }

    void owes(int change) {
        owing += change;
    }

    /** A Target Transfer Tag that no sequence of the session uses. */
    int newTransferTag() {
        lastTransferTag++;
        if (lastTransferTag == Bhs.RESERVED_TAG) {
            lastTransferTag++;
        }
        return lastTransferTag;
    }

    /** SCSI commands so far; any thread may read. */
    LongAdder taken() {
        return taken;
    }

    /** The session ends: what the device does not have ends now. */
    void forgetAll() {
        for (Transfer transfer : transfers.all()) {
            transfer.forget();
        }
    }
}
