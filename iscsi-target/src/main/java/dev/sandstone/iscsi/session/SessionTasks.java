package dev.sandstone.iscsi.session;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.transfer.ByteBudget;
import dev.sandstone.iscsi.transfer.Transfer;
import dev.sandstone.scsi.task.Nexus;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The commands of a session by task tag, over whichever connection they came, and what they may cost together. On the
 * session's loop.
 */
final class SessionTasks {
    /** Ended commands that are kept to become others. */
    private static final int SPARE = 64;

    private final Nexus nexus;
    private final ByteBudget budget;
    private final TagTable transfers = new TagTable();
    private final LongAdder taken = new LongAdder();
    private final ArrayDeque<Transfer> spare = new ArrayDeque<>(0);
    /** Above zero while somebody goes through the commands, so that none becomes another meanwhile. */
    private int walks;

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

    /** One that fits. */
    @Nullable
    Transfer find(Predicate<Transfer> which) {
        for (Transfer transfer : transfers.all()) {
            if (which.test(transfer)) {
                return transfer;
            }
        }
        return null;
    }

    /** For each that is there now, ended meanwhile or not. */
    void forEach(Consumer<Transfer> action) {
        walks++;
        try {
            transfers.all().forEach(action);
        } finally {
            walks--;
        }
    }

    /** One to become the next command. */
    Transfer spare() {
        Transfer last = spare.pollLast();
        return last == null ? new Transfer() : last;
    }

    /** Takes one that nobody holds, to become another command. */
    void keep(Transfer unused) {
        if (walks == 0 && spare.size() < SPARE) {
            spare.addLast(unused);
        }
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
        forEach(Transfer::forget);
    }
}
