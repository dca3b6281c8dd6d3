package dev.sandstone.engine.map;

import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.meta.MetadataException;
import dev.sandstone.engine.meta.MetadataStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides when the writer folds, flushes, or removes what nobody needs (versions, then facts of shared blocks): one of
 * them at a time, in that order.
 *
 * <p>Confined to the loop.
 */
final class Folder {
    private static final long REAP_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final ShardLoop loop;
    private final MetadataStore store;
    private final MapSetup setup;
    private final HeadWriter writer;
    private final HistoryWriter history;
    private final MapCommit commit;
    private final int rowsPerStep;
    private final BlockMap map;
    private final List<Request> requests = new ArrayList<>();
    private final ArrayDeque<Long> reaps = new ArrayDeque<>();
    private final ArrayDeque<Overlay.Gone> purges = new ArrayDeque<>();
    private final ArrayDeque<Step> steps = new ArrayDeque<>();
    /** The last removal that took live bytes of a segment, as long as a crash may take it back. */
    private final Map<Long, Long> removals = new HashMap<>();

    private @Nullable Step under;
    private @Nullable Purge purging;
    private boolean running;
    private boolean closed;
    private boolean foldTimer;
    private boolean foldDue;
    private boolean flushTimer;
    private boolean flushDue;
    private boolean reapPause;
    private long bytesSinceFlush;
    private long removed;
    private long flushedRemovals;
    private long folded;
    private @Nullable MetadataException failure;
    private @Nullable Runnable onIdle;

    Folder(MapSetup setup, MapCommit commit, BlockMap map) {
        this.setup = setup;
        this.map = map;
        this.commit = commit;
        rowsPerStep = setup.limits().runsPerStep();
        writer = new HeadWriter(commit, setup.limits());
        history = new HistoryWriter(commit, rowsPerStep);
        loop = setup.loop();
        store = setup.store();
        folded = store.appliedLsn();
        commit.lineages().forEach((lineage, row) -> {
            if (row.state() == LineageRow.State.DEAD) {
                reaps.add(lineage);
            }
        });
    }

    long foldedLsn() {
        return folded;
    }

    @Nullable
    MetadataException failure() {
        return failure;
    }

    boolean reaping() {
        return !reaps.isEmpty() || !purges.isEmpty() || purging != null;
    }

    /** Facts have come: a fold will be due. */
    void advanced() {
        if (map.overlay().activeEntries() >= setup.limits().foldEntries()) {
            foldDue = true;
            kick();
        } else if (!foldTimer && !foldDue && !closed) {
            foldTimer = true;
            loop.schedule(this::foldTimerRang, setup.limits().idleNanos());
        }
    }

    /** A part of the overlay was closed: it is folded soon, so that there are never many. */
    void cut() {
        loop.execute(this::kick);
    }

    private void foldTimerRang() {
        foldTimer = false;
        foldDue = map.advancedLsn() > folded;
        kick();
    }

    private void flushTimerRang() {
        flushTimer = false;
        flushDue = folded > store.flushedLsn();
        kick();
    }

    private void reapPauseOver() {
        reapPause = false;
        kick();
    }

    /**
     * Whether live bytes of the segment were removed that the flushed map still has: what nobody needs goes without a record,
     * so no LSN tells.
     */
    boolean mayComeBack(long segment) {
        return removals.containsKey(segment);
    }

    /** Tells when all up to the record is folded, or flushed too, with all that was removed or filled so far. */
    void request(long lsn, boolean flush, BlockMap.Folded done) {
        requests.add(new Request(lsn, flush, removed, done));
        loop.execute(this::kick);
    }

    /** Starts what is due, unless something is under way. */
    void kick() {
        answer();
        if (running || closed || failure != null) {
            idle();
            return;
        }
        if (foldDue || map.overlay().oldest() != null || requests.stream().anyMatch(of -> of.lsn > folded)) {
            startFold();
        } else if (flushDue || !requests.isEmpty()) {
            startFlush();
        } else if (!reapPause) {
            startInBackground();
        }
        idle();
    }

    private void startInBackground() {
        if (!reaps.isEmpty()) {
            startReap(reaps.element());
        } else {
            startPurge();
        }
        if (!running && map.lendings().due()) {
            startSweep();
        }
        Step step = running ? null : steps.poll();
        FillWriter.Begun task = step == null ? null : step.begin.get();
        if (step != null && task == null) {
            loop.execute(() -> step.done.accept(null));
        } else if (step != null && task != null) {
            start(step, task);
        }
    }

    private void start(Step step, FillWriter.Begun task) {
        under = step;
        List<FillWriter.Filled> filled = new ArrayList<>(1);
        run(
                () -> {
                    filled.add(task.run());
                    return filled.get(0).result();
                },
                result -> {
                    under = null;
                    filled.get(0).lent().forEach(map.lendings()::added);
                    stepped(result);
                    pause();
                    step.done.accept(filled.get(0));
                });
    }

    private void answer() {
        List<Request> answered = new ArrayList<>();
        for (Request request : requests) {
            if (failure != null || (closed && !running) || isDone(request)) {
                answered.add(request);
            }
        }
        requests.removeAll(answered);
        for (Request request : answered) {
            request.done.folded(isDone(request));
        }
    }

    private boolean isDone(Request request) {
        return request.flush
                ? request.lsn <= store.flushedLsn() && request.removals <= flushedRemovals
                : request.lsn <= folded;
    }

    private void startFold() {
        // A part that was closed goes first. What is due stays due then: nobody may come who says so again, when all
        // wait for it.
        foldDue = foldDue && map.overlay().oldest() != null;
        FoldInput input = map.next();
        run(() -> writer.fold(input), this::foldEnded);
    }

    private void foldEnded(FoldResult result) {
        folded = result.lsn();
        bytesSinceFlush += result.bytes();
        map.folded(result);
        if (bytesSinceFlush >= setup.limits().flushBytes()) {
            flushDue = true;
        } else if (!flushTimer) {
            flushTimer = true;
            loop.schedule(this::flushTimerRang, setup.limits().flushNanos());
        }
    }

    private void startFlush() {
        flushDue = false;
        bytesSinceFlush = 0;
        long covered = removed;
        run(
                () -> {
                    store.flush();
                    return new FoldResult(store.appliedLsn());
                },
                result -> {
                    flushedRemovals = covered;
                    removals.values().removeIf(step -> step <= covered);
                });
    }

    private void startReap(long lineage) {
        run(() -> history.reap(lineage), result -> {
            if (result.last()) {
                reaps.remove(lineage);
            }
            stepped(result);
        });
    }

    private void startPurge() {
        Purge next = purging;
        while (next == null && !purges.isEmpty()) {
            next = map.purge(purges.remove());
        }
        purging = next;
        if (next != null) {
            Purge purge = next;
            run(() -> history.purge(purge), result -> {
                if (result.last()) {
                    purging = null;
                    map.purged(purge);
                }
                stepped(result);
            });
        }
    }

    private void startSweep() {
        RefsSweep sweep = map.lendings().sweep();
        run(() -> sweep.step(commit, rowsPerStep), result -> {
            if (result.last()) {
                map.lendings().swept();
            }
            bytesSinceFlush += result.bytes();
            pause();
        });
    }

    /** A step in the background has ended; the next one leaves the disk to others for a while. */
    private void stepped(FoldResult result) {
        removed++;
        result.segments().forEach((segment, bytes) -> removals.put(segment, removed));
        map.displaced(result);
        bytesSinceFlush += result.bytes();
        if (reaping() || map.lendings().due()) {
            pause();
        }
    }

    private void pause() {
        if (!reapPause) {
            reapPause = true;
            loop.schedule(this::reapPauseOver, REAP_PAUSE_NANOS);
        }
    }

    /** A dead lineage, as the store has it. */
    void reap(long lineage) {
        reaps.add(lineage);
    }

    /** A moment is gone, as the store has it. */
    void purge(Overlay.Gone gone) {
        purges.add(gone);
    }

    /**
     * A step of something that is never due: taken when nothing else is.
     *
     * @param begin on the loop, when it is taken; null when it has become needless
     * @param done on the loop; null when it was not taken: needless, or the store has failed, or is not used any more
     */
    void later(Supplier<FillWriter.@Nullable Begun> begin, Consumer<FillWriter.@Nullable Filled> done) {
        steps.add(new Step(begin, done));
        loop.execute(closed || failure != null ? this::dropSteps : this::kick);
    }

    private void dropSteps() {
        List<Step> dropped = new ArrayList<>(steps);
        steps.clear();
        if (under != null && failure != null) {
            dropped.add(under);
            under = null;
        }
        dropped.forEach(step -> step.done.accept(null));
    }

    private void run(Supplier<FoldResult> task, Consumer<FoldResult> then) {
        running = true;
        setup.writer().execute(() -> {
            FoldResult result;
            try {
                result = task.get();
            } catch (RuntimeException e) {
                loop.execute(() -> failed(e));
                return;
            }
            loop.execute(() -> {
                running = false;
                then.accept(result);
                kick();
            });
        });
    }

    private void failed(RuntimeException e) {
        running = false;
        fail(
                e instanceof MetadataException known
                        ? known
                        : new MetadataException("the block map cannot be stored: " + e, e));
    }

    /** Nothing can be stored any more. */
    void fail(MetadataException e) {
        if (failure == null) {
            failure = e;
            map.relieve();
            dropSteps();
        }
        kick();
    }

    /** Starts nothing any more; runs the task when nothing is under way. */
    void close(Runnable done) {
        closed = true;
        onIdle = done;
        dropSteps();
        kick();
    }

    private void idle() {
        Runnable task = onIdle;
        if (task != null && !running) {
            onIdle = null;
            task.run();
        }
    }

    private record Request(long lsn, boolean flush, long removals, BlockMap.Folded done) {}

    private record Step(Supplier<FillWriter.@Nullable Begun> begin, Consumer<FillWriter.@Nullable Filled> done) {}
}
