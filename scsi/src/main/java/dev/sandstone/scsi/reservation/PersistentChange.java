package dev.sandstone.scsi.reservation;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a PERSISTENT RESERVE OUT comes to.
 *
 * @param verdict how the command ends
 * @param next the state from then on; null when nothing changes
 * @param notices what other nexuses are told
 * @param preempted nexuses whose registration was taken away by a preemption: their tasks end when it says abort
 */
public record PersistentChange(
        Verdict verdict, @Nullable PersistentState next, Map<PortId, Notice> notices, Set<PortId> preempted) {

    /** How the command ends. */
    public enum Verdict {
        DONE,
        /** RESERVATION CONFLICT. */
        CONFLICT,
        /** INVALID FIELD IN PARAMETER LIST: the service action reservation key is not allowed there. */
        INVALID_PARAMETER,
        /** INVALID RELEASE OF PERSISTENT RESERVATION: scope or type are not those of the reservation. */
        INVALID_RELEASE,
        /** INSUFFICIENT REGISTRATION RESOURCES. */
        TOO_MANY
    }

    static final PersistentChange NOTHING = new PersistentChange(Verdict.DONE, null, Map.of(), Set.of());

    static PersistentChange to(PersistentState next) {
        return new PersistentChange(Verdict.DONE, next, Map.of(), Set.of());
    }

    static PersistentChange to(PersistentState next, Map<PortId, Notice> notices) {
        return new PersistentChange(Verdict.DONE, next, notices, Set.of());
    }

    public static PersistentChange refused(Verdict verdict) {
        return new PersistentChange(verdict, null, Map.of(), Set.of());
    }
}
