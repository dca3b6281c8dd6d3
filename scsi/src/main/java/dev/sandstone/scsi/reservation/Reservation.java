package dev.sandstone.scsi.reservation;

import org.jspecify.annotations.Nullable;

/**
 * The reservation of one whole logical unit as RESERVE and RELEASE make it (SPC-2 5.5.1): held by one nexus until it
 * releases it, is lost, or the unit is reset.
 *
 * @param <N> what identifies a nexus
 */
public final class Reservation<N> {
    private @Nullable N holder;

    /** Whether another nexus holds the unit. */
    public boolean conflicts(N nexus) {
        return holder != null && !holder.equals(nexus);
    }

    /** Whether any nexus holds the unit. */
    public boolean held() {
        return holder != null;
    }

    /** Takes it, or keeps it when the nexus holds it already; false when another one does. */
    public boolean reserve(N nexus) {
        if (conflicts(nexus)) {
            return false;
        }
        holder = nexus;
        return true;
    }

    /** Gives it back if that nexus holds it, and says so; RELEASE from anyone else changes nothing and is no error. */
    public boolean release(N nexus) {
        boolean holds = nexus.equals(holder);
        if (holds) {
            holder = null;
        }
        return holds;
    }

    /** A reset ends it. */
    public void clear() {
        holder = null;
    }
}
