package dev.sandstone.engine.sim;

import dev.sandstone.engine.volume.EngineException;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Moment;
import dev.sandstone.engine.volume.SnapshotId;
import dev.sandstone.engine.volume.Timeline;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.WritePolicy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Changes the size, the write policy and the rewind window of volumes while the load goes on, and takes volumes back to a
 * time, or clones them as of one. A volume whose size, policy or content was being changed when power was lost has the old or
 * the new one.
 */
final class AdminLoad {
    private static final int MOST_VOLUMES = 4;
    private static final int LEAST_BLOCKS = 256;
    private static final long[] WINDOWS = {0, 3, 20, 10_000, 2_592_000};

    private final TimeLoad.Host host;
    private final TimeLoad time;
    private final Random random;
    private final long seed;
    private final Set<VolumeId> windows = new HashSet<>();
    private final Map<VolumeId, WritePolicy> policies = new HashMap<>();
    private final Map<VolumeId, Asked> goingBack = new HashMap<>();
    private final Map<VolumeId, Asked> cloning = new HashMap<>();

    /** A moment that was asked for. */
    private record Asked(Past past, long until, @Nullable SnapshotId undo) {
        void judge(String what, long[] ids) {
            past.judge(what, ids, until);
        }
    }

    AdminLoad(TimeLoad.Host host, TimeLoad time, Random random, long seed) {
        this.host = host;
        this.time = time;
        this.random = random;
        this.seed = seed;
    }

    private long tick() {
        return host.clock().tick();
    }

    void step() {
        time.tell();
        Workload one = time.one(List.copyOf(host.volumes().values()));
        if (one == null) {
            return;
        }
        switch (random.nextInt(8)) {
            case 0, 1 -> resize(one);
            case 2 -> policy(one);
            case 3, 4 -> window(one);
            case 5, 6 -> goBack(one);
            default -> cloneOf(one);
        }
    }

    // what a volume is

    private void resize(Workload one) {
        VolumeOracle oracle = one.oracle();
        int most = 2 * oracle.blocks();
        int blocks = (LEAST_BLOCKS + random.nextInt(Math.min(40_000, most))) / 8 * 8;
        if (oracle.resizing().underWay() || time.isGoingBack(one.volume().id())) {
            return;
        }
        if (blocks < oracle.blocks()) {
            // Nothing may be under way that is beyond the end then.
            host.quiesce();
        }
        oracle.resizing().begin(blocks, tick());
        String what = "resizing volume " + oracle.tag() + " to " + blocks;
        time.start(what, host.pool().resize(one.volume().id(), blocks), status -> {
            if (status == null) {
                oracle.resizing().end(true, tick());
            } else if (TimeLoad.refused(status)) {
                oracle.resizing().end(false, tick());
            }
        });
    }

    private void policy(Workload one) {
        VolumeId id = one.volume().id();
        VolumeOracle oracle = one.oracle();
        if (policies.containsKey(id)) {
            return;
        }
        boolean before = oracle.writeBack();
        WritePolicy policy = random.nextBoolean() ? WritePolicy.WRITE_BACK : WritePolicy.DURABLE;
        boolean writeBack = policy == WritePolicy.WRITE_BACK;
        policies.put(id, policy);
        oracle.writeBack(before || writeBack);
        time.start("making volume " + oracle.tag() + " " + policy, host.pool().setWritePolicy(id, policy), status -> {
            if (status == null) {
                policies.remove(id);
                oracle.writeBack(writeBack);
                if (!writeBack) {
                    // Whatever was acknowledged is durable: it is before the record, or after it on a durable volume.
                    oracle.flushed(tick());
                }
            } else if (TimeLoad.refused(status)) {
                policies.remove(id);
                oracle.writeBack(before);
            }
        });
    }

    /** Whether some volume may have a rewind window: then time must pass for there to be anything in it. */
    boolean hasWindows() {
        return !windows.isEmpty();
    }

    private void window(Workload one) {
        Duration window = Duration.ofSeconds(WINDOWS[random.nextInt(WINDOWS.length)]);
        if (window.isZero()) {
            windows.remove(one.volume().id());
        } else {
            windows.add(one.volume().id());
        }
        time.start(
                "window of volume " + one.oracle().tag() + ": " + window,
                host.pool().timeline().setRewindWindow(one.volume().id(), window),
                status -> {});
    }

    // what it was at a time

    /** A time in the window, which is opened when there is none; absent when there is none, or it cannot be asked for. */
    private @Nullable Instant inWindow(Workload one) {
        if (!windows.contains(one.volume().id())) {
            window(one);
            return null;
        }
        Optional<Instant> reachable = host.await(
                        "the window", host.pool().timeline().rewind(one.volume().id()))
                .reachable();
        if (reachable.isEmpty()) {
            return null;
        }
        long from = ChronoUnit.MICROS.between(Instant.EPOCH, reachable.get());
        long now = host.wallClockMicros();
        return micros(now <= from || random.nextInt(4) == 0 ? now : from + random.nextLong(now - from));
    }

    private static Instant micros(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private Asked asked(Workload one, Instant at, @Nullable SnapshotId undo) {
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, at);
        return new Asked(one.oracle().past(), Math.min(tick(), host.clock().latest(micros)), undo);
    }

    private boolean isQuiet(Workload one) {
        if (host.clock().failing()) {
            return false;
        }
        host.quiesce();
        time.tell();
        return !one.oracle().resizing().underWay() && host.volumes().containsValue(one);
    }

    private void goBack(Workload one) {
        Instant at = isQuiet(one) ? inWindow(one) : null;
        if (at == null) {
            return;
        }
        VolumeId id = one.volume().id();
        SnapshotId undo = time.goesBack(id);
        goingBack.put(id, asked(one, at, undo));
        Timeline.RollbackSpec spec = new Timeline.RollbackSpec(id, new Moment.At(at), undo);
        host.clock().note("going back to a time: " + spec);
        boolean done = awaited(
                "going back to a time",
                () -> host.await("the rewind", host.pool().timeline().rollback(List.of(spec))));
        time.wentBack(undo, done);
        if (done) {
            became(one.volume(), one.oracle());
        }
        goingBack.remove(id);
    }

    private void cloneOf(Workload one) {
        Instant at = host.volumes().size() < MOST_VOLUMES && isQuiet(one) ? inWindow(one) : null;
        if (at == null) {
            return;
        }
        int tag = host.nextTag();
        VolumeId id = new VolumeId(new UUID(seed, tag));
        Asked asked = asked(one, at, null);
        cloning.put(id, asked);
        host.clock().note("cloning volume " + one.oracle().tag() + " as of " + at + " to " + tag);
        Timeline.CloneSpec spec = new Timeline.CloneSpec(id, one.volume().id(), new Moment.At(at), WritePolicy.DURABLE);
        boolean done = awaited(
                "a clone as of a time",
                () -> host.await("a clone", host.pool().timeline().clone(spec)));
        Volume clone = host.pool().volume(id).orElse(null);
        if (done && clone != null) {
            host.adopt(new VolumeOracle(tag, seen(clone, asked), false, tick()), clone);
        }
        cloning.remove(id);
    }

    /** What may lose power, or be refused: there is no room, or the clock has jumped out of the window. */
    private boolean awaited(String what, Runnable change) {
        try {
            change.run();
            return true;
        } catch (CompletionException failed) {
            boolean outside =
                    failed.getCause() instanceof EngineException why && why.status() == EngineStatus.OUT_OF_RANGE;
            EngineStatus status = outside ? EngineStatus.BUSY : time.status(what, failed);
            if (status == null || !TimeLoad.refused(status)) {
                throw failed;
            }
            return false;
        }
    }

    /** What a volume shows, which must be what another held at the moment that was asked for. */
    private long[] seen(Volume volume, Asked asked) {
        ByteBuffer bytes = host.all(volume);
        long[] ids = new long[bytes.remaining() / Content.SECTOR];
        Arrays.setAll(ids, i -> Content.operation(bytes, i * Content.SECTOR, i));
        asked.judge("volume " + volume.id() + " as of a time", ids);
        return ids;
    }

    private void became(Volume volume, VolumeOracle oracle) {
        Asked asked = goingBack.get(volume.id());
        if (asked != null) {
            oracle.becomes(seen(volume, asked), tick());
        }
    }

    // after a crash, once it is known which snapshots there are

    /** Whether the volume was going back to a time when power was lost, and has: then it is judged by that. */
    boolean wentBack(Volume volume, VolumeOracle oracle) {
        Asked asked = goingBack.get(volume.id());
        boolean went = asked != null && asked.undo != null && time.has(asked.undo);
        if (went) {
            became(volume, oracle);
        }
        goingBack.remove(volume.id());
        return went;
    }

    /** The policy is the old one or the new one when it was being changed; else only what the volume does tells. */
    void recovered(Volume volume, VolumeOracle oracle) {
        if (policies.remove(volume.id()) != null) {
            oracle.writeBack(volume.writePolicy() == WritePolicy.WRITE_BACK);
        }
    }

    /** What a volume holds that was being cloned as of a time when power was lost; null when it was not. */
    @Nullable
    VolumeOracle cloned(Volume volume, int tag) {
        Asked asked = cloning.remove(volume.id());
        return asked == null ? null : new VolumeOracle(tag, seen(volume, asked), false, tick());
    }
}
