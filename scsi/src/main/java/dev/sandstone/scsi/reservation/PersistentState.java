package dev.sandstone.scsi.reservation;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The persistent reservations of a logical unit at one moment (SPC-4 5.12). Immutable.
 *
 * <p>Invariants: a reservation has a holder that is registered, unless all registrants hold it, of which there is one at
 * least; no reservation key is zero.
 *
 * @param generation PRGENERATION
 * @param aptpl whether APTPL was set when registrations changed last
 * @param keys the reservation key of each registered nexus, in order of registration; not to be changed
 * @param type of the reservation; null: there is none
 * @param holder who holds it; null when there is none or all registrants do
 */
public record PersistentState(
        int generation,
        boolean aptpl,
        Map<PortId, Long> keys,
        @Nullable ReservationType type,
        @Nullable PortId holder) {

    /** Most registrations of a unit. */
    public static final int MOST_REGISTRATIONS = 256;

    /** Nobody is registered. */
    public static final PersistentState NONE = new PersistentState(0, false, Map.of(), null, null);

    /**
     * In place of what was kept and cannot be read: nobody is let in. It is an exclusive access reservation of a port that no
     * nexus has, as a relative target port identifier of zero is reserved, so that hosts and operators find it by PERSISTENT
     * RESERVE IN and end it by CLEAR or PREEMPT, as any other.
     */
    public static final PersistentState UNREADABLE = unreadable();

    public PersistentState {
        boolean held = type != null && (type.heldByAll() ? holder == null && !keys.isEmpty() : holder != null);
        if (type == null ? holder != null : !held) {
            throw new IllegalArgumentException("a reservation without holder, or a holder without reservation");
        }
        if (holder != null && !keys.containsKey(holder)) {
            throw new IllegalArgumentException("the holder is not registered");
        }
        if (keys.size() > MOST_REGISTRATIONS || keys.containsValue(0L)) {
            throw new IllegalArgumentException(keys.size() + " registrations, or a key of zero");
        }
    }

    private static PersistentState unreadable() {
        PortId nobody = new PortId("iqn.2026-11.dev.sandstone:unreadable-reservations,i,0x000000000000", 0);
        return new PersistentState(0, false, Map.of(nobody, -1L), ReservationType.EXCLUSIVE_ACCESS, nobody);
    }

    /** Whether it stands in place of one that cannot be read, whoever has registered since. */
    public boolean isUnreadable() {
        return holder != null && holder.equals(UNREADABLE.holder);
    }

    /** Whether anyone is registered. */
    public boolean anyRegistered() {
        return !keys.isEmpty();
    }

    public boolean registered(PortId nexus) {
        return keys.containsKey(nexus);
    }

    /** Whether the nexus holds the reservation, alone or as one of all registrants. */
    public boolean holds(PortId nexus) {
        return type != null && (type.heldByAll() ? keys.containsKey(nexus) : nexus.equals(holder));
    }

    /** Whether the reservation keeps the nexus from a command of that kind. */
    public boolean conflicts(PortId nexus, ReservationAccess access) {
        if (type == null || access == ReservationAccess.FREE) {
            return false;
        }
        if (access == ReservationAccess.READS && !type.excludesReads()) {
            return false;
        }
        return !holds(nexus) && !(type.admitsRegistrants() && registered(nexus));
    }

    /** The key shown for the reservation: the holder's, or zero when all registrants hold it. */
    public long reservationKey() {
        Long key = holder == null ? null : keys.get(holder);
        return key == null ? 0 : key;
    }

    /** The same with other registrations and reservation, one generation later. */
    PersistentState next(Map<PortId, Long> registrations, @Nullable ReservationType reserved, @Nullable PortId by) {
        return new PersistentState(generation + 1, aptpl, registrations, reserved, by);
    }

    /** The same with another reservation; making and releasing one does not count as a generation (SPC-4 5.12.5.2). */
    PersistentState reserved(@Nullable ReservationType as, @Nullable PortId by) {
        return new PersistentState(generation, aptpl, keys, as, by);
    }

    PersistentState aptpl(boolean value) {
        return new PersistentState(generation, value, keys, type, holder);
    }

    /** A copy of the registrations, to be changed. */
    Map<PortId, Long> registrations() {
        return new LinkedHashMap<>(keys);
    }

    /** The registered nexuses. */
    public Set<PortId> registrants() {
        return keys.keySet();
    }
}
