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
 * a host that was fenced off must not come back through one. Where what was kept cannot be read nobody is let in:
 * {@link PersistentState#UNREADABLE}.
 *
 * <p>Touched on the unit's loop only.
 */
public final class PersistentReservations {
    private static final Logger LOG = LoggerFactory.getLogger(PersistentReservations.class);

    private final Volume volume;
    private final Told told;
    private final KeptValue<PersistentState> kept;

    /** Who tells a nexus about changes. */
    interface Told {
        void tell(PortId nexus, UnitAttention attention);
    }

    PersistentReservations(Volume volume, Told told) {
        this.volume = volume;
        this.told = told;
        this.kept = new KeptValue<>(volume, AnnexKind.RESERVATIONS, new Form());
    }

    /** What is in force. */
    public PersistentState state() {
        return kept.now();
    }

    /**
     * Changes the state.
     *
     * @param decision is asked once, when its turn comes
     * @param done OK when decided and, if anything changes, in force; else the volume could not keep it, nothing changed
     */
    public void change(Function<PersistentState, PersistentChange> decision, Completion done) {
        Turn turn = new Turn(decision, done);
        kept.change(turn::decide, turn);
    }

    private final class Form implements KeptValue.Form<PersistentState> {
        @Override
        public byte[] encode(PersistentState state) {
            return PersistentCodec.encode(state);
        }

        @Override
        public PersistentState restore(byte @Nullable [] bytes) {
            try {
                return bytes == null ? PersistentState.NONE : PersistentCodec.decode(bytes);
            } catch (IllegalArgumentException damaged) {
                // The bytes passed the checksums of the log: written so by another version.
                LOG.error(
                        "volume {}: {}; nobody may read or write until a host has registered and sent CLEAR or PREEMPT",
                        volume.id(),
                        damaged.getMessage());
                return PersistentState.UNREADABLE;
            }
        }
    }

    private final class Turn implements Completion {
        private final Function<PersistentState, PersistentChange> decision;
        private final Completion asker;
        private Map<PortId, Notice> notices = Map.of();

        Turn(Function<PersistentState, PersistentChange> decision, Completion asker) {
            this.decision = decision;
            this.asker = asker;
        }

        @Nullable
        PersistentState decide(PersistentState now) {
            PersistentChange change = decision.apply(now);
            notices = change.notices();
            return change.next();
        }

        @Override
        public void done(EngineStatus status, long detail) {
            if (status == EngineStatus.OK) {
                tell(notices);
            }
            asker.done(status, detail);
        }
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
