package dev.sandstone.engine.volume;

import dev.sandstone.engine.loop.ShardLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Volumes in time in byte arrays, for tests of what stands above the engine: every moment is a whole copy, time stands
 * still unless {@link #tick} is called, and each change passes {@code step} before and after its record.
 */
public final class HeapTimeline implements Timeline {
    private static final int UNIT = 4096;
    private static final int BLOCKS_OF_UNIT = UNIT / VolumeSpec.BLOCK_BYTES;

    private final Map<VolumeId, HeapVolume> volumes;
    private final Runnable step;
    private final Map<SnapshotId, Kept> snapshots = new LinkedHashMap<>();
    private final Map<VolumeId, Window> windows = new LinkedHashMap<>();
    private final Set<VolumeId> cloned = new LinkedHashSet<>();
    private final Set<VolumeId> detached = new LinkedHashSet<>();
    /** What comparisons took for now. */
    private final List<byte[]> seen = new ArrayList<>();

    private Instant now = Instant.parse("2026-11-27T09:00:00Z");
    private long lsn;

    private record Kept(Snapshot snapshot, byte[] bytes, HeapVolume view) {}

    private record Window(Duration length, NavigableMap<Instant, byte[]> marks) {}

    /**
     * @param volumes the pool's, shared with it
     * @param step may throw: the process died there
     */
    public HeapTimeline(Map<VolumeId, HeapVolume> volumes, Runnable step) {
        this.volumes = volumes;
        this.step = step;
    }

    /** Time passes; each volume with a window can be rewound to the moment before. */
    public void tick(Duration length) {
        windows.forEach(
                (volume, window) -> window.marks.put(now, heap(volume).bytes().clone()));
        now = now.plus(length);
        windows.values()
                .forEach(
                        window -> window.marks.headMap(now.minus(window.length)).clear());
    }

    public Instant now() {
        return now;
    }

    /** The clones that were made independent. */
    public Set<VolumeId> detached() {
        return detached;
    }

    @Override
    public List<Snapshot> snapshots() {
        return snapshots.values().stream().map(Kept::snapshot).toList();
    }

    @Override
    public Optional<Snapshot> snapshot(SnapshotId id) {
        return Optional.ofNullable(snapshots.get(id)).map(Kept::snapshot);
    }

    @Override
    public CompletionStage<List<Snapshot>> take(List<SnapshotSpec> members) {
        return change(() -> {
            members.forEach(member -> requireNew(member.id()));
            List<HeapVolume> sources =
                    members.stream().map(member -> heap(member.volume())).toList();
            step.run();
            lsn++;
            List<Snapshot> taken = new ArrayList<>();
            for (int i = 0; i < sources.size(); i++) {
                taken.add(keep(members.get(i).id(), sources.get(i)));
            }
            step.run();
            return taken;
        });
    }

    private Snapshot keep(SnapshotId id, HeapVolume source) {
        Snapshot snapshot = new Snapshot(id, source.id(), lsn, now, source.blocks());
        HeapVolume view = new HeapVolume(source.loop(), Math.toIntExact(source.blocks()), new VolumeId(id.uuid()));
        view.become(source.bytes().clone());
        snapshots.put(id, new Kept(snapshot, source.bytes().clone(), view));
        return snapshot;
    }

    @Override
    public CompletionStage<Void> delete(Collection<SnapshotId> doomed) {
        return change(() -> {
            requireAtMost(MOST_DELETED, doomed.size());
            doomed.forEach(this::kept);
            step.run();
            doomed.forEach(snapshots::remove);
            step.run();
            return null;
        });
    }

    private static void requireAtMost(int most, int members) {
        if (members > most) {
            throw new EngineException(EngineStatus.TOO_MANY, members + " at once");
        }
    }

    @Override
    public CompletionStage<Volume> clone(CloneSpec spec) {
        return change(() -> {
            if (volumes.containsKey(spec.id())) {
                throw new EngineException(EngineStatus.EXISTS, "the id is taken");
            }
            byte[] content = content(spec.source(), spec.moment());
            HeapVolume made = new HeapVolume(anyLoop(), content.length / VolumeSpec.BLOCK_BYTES, spec.id());
            made.become(content);
            made.writePolicy(spec.policy());
            step.run();
            volumes.put(spec.id(), made);
            cloned.add(spec.id());
            step.run();
            return made;
        });
    }

    private ShardLoop anyLoop() {
        return volumes.values().iterator().next().loop();
    }

    @Override
    public CompletionStage<Void> rollback(List<RollbackSpec> members) {
        return change(() -> {
            requireAtMost(MOST_TOGETHER, members.size());
            List<byte[]> contents = new ArrayList<>();
            for (RollbackSpec member : members) {
                requireNew(member.undo());
                contents.add(content(member.volume(), member.to()));
            }
            step.run();
            lsn++;
            for (int i = 0; i < members.size(); i++) {
                HeapVolume volume = heap(members.get(i).volume());
                keep(members.get(i).undo(), volume);
                volume.become(contents.get(i));
            }
            step.run();
            return null;
        });
    }

    @Override
    public CompletionStage<Void> setRewindWindow(VolumeId volume, Duration window) {
        return change(() -> {
            heap(volume);
            step.run();
            if (window.isZero()) {
                windows.remove(volume);
            } else {
                Window before = windows.get(volume);
                windows.put(volume, new Window(window, before == null ? new TreeMap<>() : before.marks));
            }
            return null;
        });
    }

    @Override
    public CompletionStage<Rewind> rewind(VolumeId volume) {
        return change(() -> {
            heap(volume);
            Window window = windows.get(volume);
            return window == null
                    ? new Rewind(Duration.ZERO, Optional.empty())
                    : new Rewind(
                            window.length,
                            window.marks.isEmpty() ? Optional.empty() : Optional.of(window.marks.firstKey()));
        });
    }

    @Override
    public CompletionStage<Volume> view(SnapshotId snapshot) {
        return change(() -> kept(snapshot).view);
    }

    @Override
    public CompletionStage<Void> detach(VolumeId clone) {
        return change(() -> {
            detached.add(heap(clone).id());
            return null;
        });
    }

    @Override
    public CompletionStage<Ancestry> ancestry(VolumeId volume) {
        return change(() -> new Ancestry(
                cloned.contains(heap(volume).id()) && !detached.contains(volume) ? 1 : 0, OptionalInt.empty()));
    }

    @Override
    public CompletionStage<Changes> changes(Comparison comparison, long fromBlock, int limit) {
        return change(() -> {
            Comparison nailed = new Comparison(
                    comparison.volume(),
                    nailed(comparison.volume(), comparison.from()),
                    nailed(comparison.volume(), comparison.to()));
            byte[] from = content(comparison.volume(), nailed.from());
            byte[] to = content(comparison.volume(), nailed.to());
            int units = Math.max(from.length, to.length) / UNIT;
            List<BlockRange> ranges = new ArrayList<>();
            for (int unit = Math.toIntExact(fromBlock / BLOCKS_OF_UNIT); unit < units; unit++) {
                if (!Arrays.equals(unit(from, unit), unit(to, unit))) {
                    if (ranges.size() == limit) {
                        return new Changes(ranges, Optional.of((long) unit * BLOCKS_OF_UNIT), nailed);
                    }
                    ranges.add(new BlockRange((long) unit * BLOCKS_OF_UNIT, BLOCKS_OF_UNIT));
                }
            }
            return new Changes(ranges, Optional.empty(), nailed);
        });
    }

    private Moment nailed(VolumeId volume, Moment moment) {
        if (!(moment instanceof Moment.Now)) {
            return moment;
        }
        seen.add(heap(volume).bytes().clone());
        return new Moment.Seen(1, seen.size());
    }

    /** Counts units that hold data and that neither the volume now nor a snapshot that stays has at their place. */
    @Override
    public CompletionStage<Long> reclaimable(Collection<SnapshotId> doomed) {
        return change(() -> {
            long bytes = 0;
            List<Kept> going = doomed.stream().map(this::kept).toList();
            for (int i = 0; i < going.size(); i++) {
                Kept one = going.get(i);
                List<byte[]> others = new ArrayList<>();
                going.subList(0, i).forEach(before -> others.add(before.bytes));
                snapshots.forEach((id, kept) -> {
                    if (!doomed.contains(id)) {
                        others.add(kept.bytes);
                    }
                });
                volumes.values().forEach(volume -> others.add(volume.bytes()));
                bytes += only(one.bytes, others);
            }
            return bytes;
        });
    }

    private static long only(byte[] bytes, List<byte[]> others) {
        long count = 0;
        for (int unit = 0; unit < bytes.length / UNIT; unit++) {
            byte[] mine = unit(bytes, unit);
            int place = unit;
            boolean shared = others.stream().anyMatch(other -> Arrays.equals(mine, unit(other, place)));
            if (!shared && !Arrays.equals(mine, new byte[UNIT])) {
                count += UNIT;
            }
        }
        return count;
    }

    private static byte[] unit(byte[] bytes, int unit) {
        return (unit + 1) * UNIT > bytes.length
                ? new byte[UNIT]
                : Arrays.copyOfRange(bytes, unit * UNIT, (unit + 1) * UNIT);
    }

    private byte[] content(VolumeId volume, Moment moment) {
        if (moment instanceof Moment.Of of) {
            return kept(of.snapshot()).bytes.clone();
        }
        if (moment instanceof Moment.Seen then) {
            if (then.record() > seen.size()) {
                throw new EngineException(EngineStatus.OUT_OF_RANGE, "record " + then.record() + " is to come");
            }
            return seen.get((int) then.record() - 1);
        }
        if (moment instanceof Moment.At at) {
            Window window = windows.get(volume);
            Map.Entry<Instant, byte[]> mark = window == null ? null : window.marks.floorEntry(at.time());
            if (mark == null || at.time().isAfter(now)) {
                throw new EngineException(EngineStatus.OUT_OF_RANGE, at.time() + " is outside the rewind window");
            }
            return mark.getValue().clone();
        }
        return heap(volume).bytes().clone();
    }

    private HeapVolume heap(VolumeId id) {
        HeapVolume volume = volumes.get(id);
        if (volume == null) {
            throw new EngineException(EngineStatus.NOT_FOUND, "no volume " + id);
        }
        return volume;
    }

    private Kept kept(SnapshotId id) {
        Kept kept = snapshots.get(id);
        if (kept == null) {
            throw new EngineException(EngineStatus.NOT_FOUND, "no snapshot " + id);
        }
        return kept;
    }

    private void requireNew(SnapshotId id) {
        if (snapshots.containsKey(id)) {
            throw new EngineException(EngineStatus.EXISTS, "the id is taken");
        }
    }

    private static <T extends @Nullable Object> CompletionStage<T> change(Supplier<T> action) {
        try {
            return CompletableFuture.completedFuture(action.get());
        } catch (EngineException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }
}
