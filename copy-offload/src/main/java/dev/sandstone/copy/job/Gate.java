package dev.sandstone.copy.job;

import dev.sandstone.scsi.sense.SenseData;
import org.jspecify.annotations.Nullable;

/** Asked on the volume's loop before each piece: rights that end while a copy runs end the copy. */
@FunctionalInterface
public interface Gate {
    /** For copies that no initiator asked for. */
    Gate OPEN = () -> null;

    /** Why the volume may not be used for this copy now; null when it may. */
    @Nullable
    SenseData refusal();

    /** An operation that was not refused begins on the volume. On its loop, right after the question. */
    default void entered() {}

    /** That operation has ended. */
    default void left() {}
}
