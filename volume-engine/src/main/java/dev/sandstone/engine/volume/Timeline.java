package dev.sandstone.engine.volume;

import dev.sandstone.engine.recovery.Forks;
import dev.sandstone.engine.recovery.SnapshotsDeleted;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;

/**
 * The volumes of a pool in time: snapshots, clones, rewind.
 *
 * <p>Any thread may call. Stages complete on the shard's loop, exceptionally with {@link EngineException}; what a completed
 * stage reports is durable. Each change is one record of the log: after a crash it is there wholly or not at all. No change
 * waits for data to be copied.
 */
public interface Timeline {
    /** Most volumes that go back together. */
    int MOST_TOGETHER = Forks.MOST_MEMBERS;

    /** Most snapshots that are deleted together. */
    int MOST_DELETED = SnapshotsDeleted.MOST_MEMBERS;

    /** What a snapshot is taken from; the id was never used before. */
    record SnapshotSpec(SnapshotId id, VolumeId volume) {}

    /**
     * What a clone is made from.
     *
     * @param id of the new volume, never used before
     * @param source volume whose content it begins with; for a snapshot the volume that it is of, which may be gone
     * @param moment which content
     */
    record CloneSpec(VolumeId id, VolumeId source, Moment moment, WritePolicy policy) {}

    /** A volume goes back to a moment; what it was becomes the snapshot {@code undo}. */
    record RollbackSpec(VolumeId volume, Moment to, SnapshotId undo) {}

    /**
     * How far back a volume can be rewound.
     *
     * @param window what is kept; zero: nothing
     * @param reachable the earliest time that {@link Moment.At} accepts now; absent when there is none
     */
    record Rewind(Duration window, Optional<Instant> reachable) {}

    /** The snapshots, oldest first. */
    List<Snapshot> snapshots();

    Optional<Snapshot> snapshot(SnapshotId id);

    /**
     * Takes one snapshot of each volume, all of the same moment. Fails with NOT_FOUND for a volume, EXISTS for an id, and
     * then takes none; TOO_MANY beyond 160.
     */
    CompletionStage<List<Snapshot>> take(List<SnapshotSpec> members);

    /**
     * Deletes all of them or none, in any order, whatever clones exist; their space comes back in the background. TOO_MANY
     * beyond {@link #MOST_DELETED}: then the caller says which may go without the others.
     */
    CompletionStage<Void> delete(Collection<SnapshotId> snapshots);

    /** A new volume, writable and independent. OUT_OF_RANGE: the time is outside the window. */
    CompletionStage<Volume> clone(CloneSpec spec);

    /**
     * All members or none, at one record. Snapshots stay as they are, later ones too. The size is that of the moment. TOO_MANY
     * beyond {@link #MOST_TOGETHER}.
     */
    CompletionStage<Void> rollback(List<RollbackSpec> members);

    /** From now on the volume can be rewound this far, to the second; at most 30 days. Zero ends it. */
    CompletionStage<Void> setRewindWindow(VolumeId volume, Duration window);

    CompletionStage<Rewind> rewind(VolumeId volume);

    /**
     * A snapshot as a read-only volume, for as long as it exists; each call gives the same object. Its writes end with
     * NOT_PERMITTED. Once the snapshot is deleted all operations end with NOT_FOUND.
     */
    CompletionStage<Volume> view(SnapshotId snapshot);

    /**
     * Copies no data; makes a volume independent of where it came from: afterwards no moment of another volume is kept for
     * it, for its snapshots or its rewind window. Runs in the background, completes at the end; a restart goes on with it.
     * A full pool does not hinder it. Of a volume that came from no other it completes at once.
     */
    CompletionStage<Void> detach(VolumeId clone);

    /** Asked after {@link #detach} it knows of that. */
    CompletionStage<Ancestry> ancestry(VolumeId volume);

    /**
     * Where a volume comes from.
     *
     * @param depth how many write histories stand behind its own: what it did not write itself is looked for in each
     * @param detached how much of a detachment under way is done, 0 to 99; empty when none is
     */
    record Ancestry(int depth, OptionalInt detached) {}

    /**
     * A part of what differs between two moments of one volume, found in proportion to what changed. Blocks of 4 KiB that
     * were written with what they had before may be named; none that differs is left out. What the parts name together is
     * of one moment when each part but the first is asked with the comparison that the one before answered.
     *
     * @param fromBlock 512-byte block to go on at; 0 first
     * @param limit most ranges in the answer, at least 1
     */
    CompletionStage<Changes> changes(Comparison comparison, long fromBlock, int limit);

    /** Two moments of one volume. */
    record Comparison(VolumeId volume, Moment from, Moment to) {}

    /**
     * A part of a comparison.
     *
     * @param ranges ascending, disjoint, in 512-byte blocks
     * @param next where to go on; absent at the end
     * @param comparison to be asked for the next part: now is the one of this part there
     */
    record Changes(List<BlockRange> ranges, Optional<Long> next, Comparison comparison) {}

    /** What deleting all of them together would give back, in bytes of data; exact at the moment of the answer. */
    CompletionStage<Long> reclaimable(Collection<SnapshotId> snapshots);
}
