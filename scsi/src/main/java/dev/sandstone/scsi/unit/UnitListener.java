package dev.sandstone.scsi.unit;

import java.util.function.Predicate;

/**
 * Told, on the unit's loop, of what ends the work that others do for the unit's nexuses. The event is complete only when
 * every listener has called {@code still}: nothing of that work moves data any more.
 */
public interface UnitListener {
    /** A nexus is lost, or may not see the unit any more. */
    void left(ItlNexus nexus, Runnable still);

    /**
     * A command ends what others have begun; they stay (PREEMPT AND ABORT, FORMAT UNIT, SANITIZE).
     *
     * @param whose to be asked once for each nexus for which something is under way
     */
    void aborted(Predicate<ItlNexus> whose, Runnable still);

    /** The logical unit reset condition (SAM-5 6.3.3). */
    void reset(Runnable still);
}
