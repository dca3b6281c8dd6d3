package dev.sandstone.scsi.unit;

import dev.sandstone.engine.volume.AnnexKind;
import dev.sandstone.engine.volume.Completion;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.scsi.reservation.Notice;
import dev.sandstone.scsi.reservation.PersistentChange;
import dev.sandstone.scsi.reservation.PersistentCodec;
import dev.sandstone.scsi.reservation.PersistentState;
import dev.sandstone.scsi.reservation.PortId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The persistent reservations of a unit: in force is what is on stable storage. Changes are decided one after the other,
 * each on what the one before made; the new state is kept with the volume first, and then is in force and told, at once.
 *
 * <p>Kept through every restart, with APTPL or without: a restart of the array is no loss of power of the logical unit, and
 * a host that was fenced off must not come back through one.
 *
 * <p>Touched on the unit's loop only.
 */
public final class PersistentReservations {
    private static final Logger LOG = LoggerFactory.getLogger(PersistentReservations.class);

    private final Volume volume;
    private final Told told;
    private final Deque<Request> waiting = new ArrayDeque<>();
    private @Nullable PersistentState state;
    private boolean busy;

    /** Who tells a nexus about changes. */
    interface Told {
        void tell(PortId nexus, UnitAttention attention);
    }

    private record Request(Function<PersistentState, PersistentChange> decision, Completion done) {}

    PersistentReservations(Volume volume, Told told) {
        this.volume = volume;
        this.told = told;
    }

    /** What is in force. */
    public PersistentState state() {
        PersistentState known = state;
        if (known == null) {
            known = restored();
            state = known;
        }
        return known;
    }

    private PersistentState restored() {
        byte[] kept = volume.annex(AnnexKind.RESERVATIONS);
        try {
            return kept == null ? PersistentState.NONE : PersistentCodec.decode(kept);
        } catch (IllegalArgumentException damaged) {
            // The bytes passed the checksums of the log: written so by another version. Nobody is let in by it.
            LOG.error("volume {}: {}; nobody is registered", volume.id(), damaged.getMessage());
            return PersistentState.NONE;
        }
    }

    /**
     * Changes the state.
     *
     * @param decision is asked once, when its turn comes
     * @param done OK when decided and, if anything changes, in force; else the volume could not keep it, nothing changed
     */
    public void change(Function<PersistentState, PersistentChange> decision, Completion done) {
        waiting.add(new Request(decision, done));
        next();
    }

    private void next() {
        while (!busy && !waiting.isEmpty()) {
            busy = true;
            decide(waiting.remove());
        }
    }

    private void decide(Request request) {
        PersistentChange change = request.decision().apply(state());
        PersistentState after = change.next();
        if (after == null) {
            ended(request, EngineStatus.OK, 0);
        } else {
            volume.keepAnnex(AnnexKind.RESERVATIONS, PersistentCodec.encode(after), (status, detail) -> {
                if (status == EngineStatus.OK) {
                    state = after;
                    tell(change.notices());
                }
                ended(request, status, detail);
            });
        }
    }

    private void ended(Request request, EngineStatus status, long detail) {
        busy = false;
        request.done().done(status, detail);
        next();
    }

    private void tell(Map<PortId, Notice> notices) {
        notices.forEach((nexus, notice) -> told.tell(
                nexus,
                switch (notice) {
                    case RESERVATIONS_PREEMPTED -> UnitAttention.RESERVATIONS_PREEMPTED;
                    case RESERVATIONS_RELEASED -> UnitAttention.RESERVATIONS_RELEASED;
                    case REGISTRATIONS_PREEMPTED -> UnitAttention.REGISTRATIONS_PREEMPTED;
                }));
    }
}
