package dev.sandstone.scsi.reservation;

import dev.sandstone.scsi.reservation.PersistentChange.Verdict;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The service actions of PERSISTENT RESERVE OUT as functions of the state (SPC-4 5.12.7 to 5.12.11): nothing is changed
 * here, so whoever calls can make the outcome durable before it is in force.
 */
public final class PersistentActions {
    private final PersistentState state;
    private final PortId nexus;
    private final long key;
    private final long actionKey;

    /**
     * @param nexus the command came by
     * @param key RESERVATION KEY
     * @param actionKey SERVICE ACTION RESERVATION KEY
     */
    public PersistentActions(PersistentState state, PortId nexus, long key, long actionKey) {
        this.state = state;
        this.nexus = nexus;
        this.key = key;
        this.actionKey = actionKey;
    }

    /**
     * REGISTER, and REGISTER AND IGNORE EXISTING KEY.
     *
     * @param ignoreKey the latter
     * @param ports the nexuses it is for, that of the command first
     * @param aptpl APTPL
     */
    public PersistentChange register(boolean ignoreKey, List<PortId> ports, boolean aptpl) {
        Long registered = state.keys().get(nexus);
        if (!ignoreKey && key != (registered == null ? 0 : registered)) {
            return PersistentChange.refused(Verdict.CONFLICT);
        }
        if (actionKey == 0) {
            return registered == null ? PersistentChange.NOTHING : unregister(ports, aptpl);
        }
        Map<PortId, Long> keys = state.registrations();
        ports.forEach(port -> keys.put(port, actionKey));
        if (keys.size() > PersistentState.MOST_REGISTRATIONS) {
            return PersistentChange.refused(Verdict.TOO_MANY);
        }
        return PersistentChange.to(
                state.next(keys, state.type(), state.holder()).aptpl(aptpl));
    }

    private PersistentChange unregister(List<PortId> ports, boolean aptpl) {
        Map<PortId, Long> keys = state.registrations();
        ports.forEach(keys::remove);
        return PersistentChange.to(
                withoutReservationOfNobody(keys).aptpl(aptpl),
                endedWith(keys) ? notices(keys.keySet(), releaseNotice()) : Map.of());
    }

    /** Whether nobody holds the reservation once only these are registered. */
    private boolean endedWith(Map<PortId, Long> keys) {
        ReservationType type = state.type();
        if (type == null) {
            return false;
        }
        return type.heldByAll() ? keys.isEmpty() : !keys.containsKey(state.holder());
    }

    private PersistentState withoutReservationOfNobody(Map<PortId, Long> keys) {
        return endedWith(keys) ? state.next(keys, null, null) : state.next(keys, state.type(), state.holder());
    }

    /** Only the end of a registrants only or all registrants reservation is told (SPC-4 5.12.11.2.2). */
    private Set<Notice> releaseNotice() {
        ReservationType type = state.type();
        return type != null && type.admitsRegistrants()
                ? EnumSet.of(Notice.RESERVATIONS_RELEASED)
                : EnumSet.noneOf(Notice.class);
    }

    /** RESERVE. */
    public PersistentChange reserve(ReservationType type) {
        if (wrongKey()) {
            return PersistentChange.refused(Verdict.CONFLICT);
        }
        if (state.type() == null) {
            return PersistentChange.to(state.reserved(type, type.heldByAll() ? null : nexus));
        }
        boolean same = state.holds(nexus) && state.type() == type;
        return same ? PersistentChange.NOTHING : PersistentChange.refused(Verdict.CONFLICT);
    }

    /**
     * RELEASE.
     *
     * @param matches whether SCOPE and TYPE are those of the reservation
     */
    public PersistentChange release(boolean matches) {
        if (wrongKey()) {
            return PersistentChange.refused(Verdict.CONFLICT);
        }
        if (!state.holds(nexus)) {
            return PersistentChange.NOTHING;
        }
        if (!matches) {
            return PersistentChange.refused(Verdict.INVALID_RELEASE);
        }
        return PersistentChange.to(state.reserved(null, null), notices(state.registrants(), releaseNotice()));
    }

    /** CLEAR. */
    public PersistentChange clear() {
        if (wrongKey()) {
            return PersistentChange.refused(Verdict.CONFLICT);
        }
        return PersistentChange.to(
                state.next(Map.of(), null, null),
                notices(state.registrants(), EnumSet.of(Notice.RESERVATIONS_PREEMPTED)));
    }

    /** CLEAR by who needs no registration: the operator. Every nexus is to be told, registered or not. */
    public static PersistentChange takenAway(PersistentState state) {
        return state.anyRegistered() ? PersistentChange.to(state.next(Map.of(), null, null)) : PersistentChange.NOTHING;
    }

    /** PREEMPT, and PREEMPT AND ABORT. */
    public PersistentChange preempt(ReservationType type) {
        if (wrongKey()) {
            return PersistentChange.refused(Verdict.CONFLICT);
        }
        ReservationType old = state.type();
        if (actionKey == 0 && (old == null || !old.heldByAll())) {
            return PersistentChange.refused(Verdict.INVALID_PARAMETER);
        }
        Set<PortId> removed = new LinkedHashSet<>();
        state.keys().forEach((port, itsKey) -> {
            if ((actionKey == 0 || itsKey == actionKey) && !port.equals(nexus)) {
                removed.add(port);
            }
        });
        boolean takes = preemptsReservation();
        boolean ownKey = actionKey != 0 && actionKey == key;
        if (removed.isEmpty() && !takes && !ownKey) {
            return PersistentChange.refused(Verdict.CONFLICT);
        }
        Map<PortId, Long> keys = state.registrations();
        keys.keySet().removeAll(removed);
        Map<PortId, Notice> notices = notices(removed, EnumSet.of(Notice.REGISTRATIONS_PREEMPTED));
        if (!takes) {
            return new PersistentChange(Verdict.DONE, withoutReservationOfNobody(keys), notices, removed);
        }
        if (old != type) {
            notices.putAll(notices(keys.keySet(), EnumSet.of(Notice.RESERVATIONS_RELEASED)));
        }
        PersistentState next = state.next(keys, type, type.heldByAll() ? null : nexus);
        return new PersistentChange(Verdict.DONE, next, notices, removed);
    }

    /** Whether a PREEMPT with that key takes the reservation over; else it only removes registrations. */
    private boolean preemptsReservation() {
        ReservationType type = state.type();
        if (type == null) {
            return false;
        }
        return type.heldByAll() ? actionKey == 0 : actionKey == state.reservationKey();
    }

    /**
     * REGISTER AND MOVE.
     *
     * @param to who is to hold the reservation, not the nexus of the command
     * @param unregister UNREG
     */
    public PersistentChange move(PortId to, boolean unregister, boolean aptpl) {
        ReservationType type = state.type();
        if (wrongKey() || type == null || type.heldByAll() || !state.holds(nexus)) {
            return PersistentChange.refused(Verdict.CONFLICT);
        }
        if (actionKey == 0 || to.equals(nexus)) {
            return PersistentChange.refused(Verdict.INVALID_PARAMETER);
        }
        Map<PortId, Long> keys = state.registrations();
        keys.put(to, actionKey);
        if (unregister) {
            keys.remove(nexus);
        }
        if (keys.size() > PersistentState.MOST_REGISTRATIONS) {
            return PersistentChange.refused(Verdict.TOO_MANY);
        }
        return PersistentChange.to(state.next(keys, type, to).aptpl(aptpl));
    }

    private boolean wrongKey() {
        Long registered = state.keys().get(nexus);
        return registered == null || registered != key;
    }

    private Map<PortId, Notice> notices(Set<PortId> to, Set<Notice> what) {
        Map<PortId, Notice> notices = new LinkedHashMap<>();
        for (PortId port : to) {
            if (!port.equals(nexus)) {
                what.forEach(notice -> notices.put(port, notice));
            }
        }
        return notices;
    }
}
