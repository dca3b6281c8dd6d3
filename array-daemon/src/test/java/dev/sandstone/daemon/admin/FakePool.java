package dev.sandstone.daemon.admin;

import dev.sandstone.engine.cache.CacheFigures;
import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.volume.CheckProgress;
import dev.sandstone.engine.volume.EngineException;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.HeapTimeline;
import dev.sandstone.engine.volume.HeapVolume;
import dev.sandstone.engine.volume.Pool;
import dev.sandstone.engine.volume.PoolTraffic;
import dev.sandstone.engine.volume.PoolUsage;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.engine.volume.VolumeUsage;
import dev.sandstone.engine.volume.WritePolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A pool of volumes in memory, each step of which can be the last before a crash. */
public final class FakePool implements Pool {
    private final Map<VolumeId, HeapVolume> volumes = new LinkedHashMap<>();
    private final List<String> findings = new ArrayList<>();
    private CompletableFuture<?> endOfChecks = CompletableFuture.completedFuture(true);
    private final FakeDisks disks = new FakeDisks();
    private CrashPoint crash = new CrashPoint(Integer.MAX_VALUE);
    private final HeapTimeline timeline = new HeapTimeline(volumes, () -> crash.step());

    public void crashAt(CrashPoint point) {
        crash = point;
    }

    /** From now on checks end when this does. */
    public void checksEndWith(CompletableFuture<?> end) {
        endOfChecks = end;
    }

    /** From now on the check reports this too. */
    public void addFinding(String finding) {
        findings.add(finding);
    }

    @Override
    public List<Volume> volumes() {
        return List.copyOf(volumes.values());
    }

    @Override
    public Optional<Volume> volume(VolumeId id) {
        return Optional.ofNullable(volumes.get(id));
    }

    @Override
    public HeapTimeline timeline() {
        return timeline;
    }

    @Override
    public CacheFigures readCache() {
        return new CacheFigures(0, 0, 0);
    }

    @Override
    public FakeDisks disks() {
        return disks;
    }

    /** What the volume holds; 512 bytes a block. */
    public byte[] bytes(VolumeId id) {
        return heap(id).bytes();
    }

    @Override
    public CompletionStage<Volume> create(VolumeSpec spec) {
        if (volumes.containsKey(spec.id())) {
            return CompletableFuture.failedFuture(new EngineException(EngineStatus.EXISTS, "the id is taken"));
        }
        if (spec.blocks() > 1 << 16) {
            return CompletableFuture.failedFuture(new EngineException(EngineStatus.SPACE_EXHAUSTED, "no room"));
        }
        crash.step();
        HeapVolume volume = new HeapVolume(new InlineLoop(), Math.toIntExact(spec.blocks()), spec.id());
        volume.writePolicy(spec.policy());
        volumes.put(spec.id(), volume);
        crash.step();
        return CompletableFuture.completedFuture(volume);
    }

    @Override
    public CompletionStage<Void> destroy(VolumeId id) {
        crash.step();
        if (volumes.remove(id) == null) {
            return CompletableFuture.failedFuture(new EngineException(EngineStatus.NOT_FOUND, "no volume " + id));
        }
        crash.step();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> resize(VolumeId id, long blocks) {
        heap(id).resize(Math.toIntExact(blocks));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> setWritePolicy(VolumeId id, WritePolicy policy) {
        heap(id).writePolicy(policy);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<VolumeUsage> usage(VolumeId id) {
        return CompletableFuture.completedFuture(
                new VolumeUsage(heap(id).blocks() * VolumeSpec.BLOCK_BYTES, 8192, 4096, 4096, 0, 512));
    }

    @Override
    public CompletionStage<PoolUsage> usage() {
        return CompletableFuture.completedFuture(new PoolUsage(100, 10, 20, 30, 25, 15));
    }

    @Override
    public PoolTraffic traffic() {
        return new PoolTraffic(1, 2, 4);
    }

    @Override
    public CompletionStage<List<String>> check(CheckProgress progress) {
        progress.seen(3, 7);
        return endOfChecks.thenApply(any -> List.copyOf(findings));
    }

    @Override
    public void close() {
        volumes.clear();
    }

    private HeapVolume heap(VolumeId id) {
        HeapVolume volume = volumes.get(id);
        if (volume == null) {
            throw new EngineException(EngineStatus.NOT_FOUND, "no volume " + id);
        }
        return volume;
    }

    /** Everything at once, on the caller's thread. */
    private static final class InlineLoop implements ShardLoop {
        @Override
        public boolean inLoop() {
            return true;
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public Timer schedule(Runnable task, long delayNanos) {
            throw new UnsupportedOperationException("no time passes here");
        }

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public long wallClockMicros() {
            return 0;
        }
    }
}
