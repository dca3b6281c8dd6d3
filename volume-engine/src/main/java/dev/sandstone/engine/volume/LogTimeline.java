package dev.sandstone.engine.volume;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The volumes of a {@link LogPool} in time. Safe from any thread. */
final class LogTimeline implements Timeline {
    private final SnapshotAdmin snapshots;
    private final ForkAdmin forks;
    private final Questions questions;
    private final RewindAdmin rewind;
    private final DetachAdmin detaching;

    LogTimeline(
            SnapshotAdmin snapshots, ForkAdmin forks, Questions questions, RewindAdmin rewind, DetachAdmin detaching) {
        this.detaching = detaching;
        this.rewind = rewind;
        this.snapshots = snapshots;
        this.forks = forks;
        this.questions = questions;
    }

    /** What a volume occupies. */
    CompletionStage<VolumeUsage> usage(VolumeId volume) {
        return questions.usage(volume);
    }

    @Override
    public List<Snapshot> snapshots() {
        return snapshots.all();
    }

    @Override
    public Optional<Snapshot> snapshot(SnapshotId id) {
        return snapshots.known(id);
    }

    @Override
    public CompletionStage<List<Snapshot>> take(List<SnapshotSpec> members) {
        return snapshots.take(List.copyOf(members));
    }

    @Override
    public CompletionStage<Void> delete(Collection<SnapshotId> those) {
        return LogPool.plain(snapshots.delete(List.copyOf(those)));
    }

    @Override
    public CompletionStage<Volume> clone(CloneSpec spec) {
        return forks.clone(spec);
    }

    @Override
    public CompletionStage<Void> rollback(List<RollbackSpec> members) {
        return LogPool.plain(forks.rollback(List.copyOf(members)));
    }

    @Override
    public CompletionStage<Void> setRewindWindow(VolumeId volume, Duration window) {
        return LogPool.plain(rewind.setWindow(volume, window));
    }

    @Override
    public CompletionStage<Rewind> rewind(VolumeId volume) {
        return rewind.rewind(volume);
    }

    @Override
    public CompletionStage<Volume> view(SnapshotId snapshot) {
        return snapshots.view(snapshot);
    }

    @Override
    public CompletionStage<Void> detach(VolumeId clone) {
        return LogPool.plain(detaching.detach(clone));
    }

    @Override
    public CompletionStage<Ancestry> ancestry(VolumeId volume) {
        return detaching.ancestry(volume);
    }

    /** Ends what is done in the background. */
    void stop() {
        detaching.stop();
    }

    @Override
    public CompletionStage<Changes> changes(Comparison comparison, long fromBlock, int limit) {
        return questions.changes(comparison, fromBlock, limit);
    }

    @Override
    public CompletionStage<Long> reclaimable(Collection<SnapshotId> those) {
        return questions.reclaimable(those);
    }
}
