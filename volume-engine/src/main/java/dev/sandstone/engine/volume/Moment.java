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

    /**
     * What {@link Now} was in the first part of a comparison, for the parts that follow. Nothing is kept for it, so only a
     * comparison can be asked about it, until the volume goes back.
     *
     * @param lineage the write history that the volume was then
     * @param record the newest record
     */
    record Seen(long lineage, long record) implements Moment {}
}
