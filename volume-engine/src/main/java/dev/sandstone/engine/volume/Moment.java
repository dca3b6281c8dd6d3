package dev.sandstone.engine.volume;

import java.time.Instant;

/** Which content of a volume is meant. */
public sealed interface Moment {

    /** Everything acknowledged so far. */
    record Now() implements Moment {}

    /** A snapshot of the volume. */
    record Of(SnapshotId snapshot) implements Moment {}

    /** The newest moment at or before this time; it must lie inside the volume's rewind window. */
    record At(Instant time) implements Moment {}
}
