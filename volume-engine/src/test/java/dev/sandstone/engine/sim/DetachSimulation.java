package dev.sandstone.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Moment;
import dev.sandstone.engine.volume.SnapshotId;
import dev.sandstone.engine.volume.Timeline;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.engine.volume.WritePolicy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A clone becomes independent, and power is lost after some tasks of the machine, whichever commit of the tables that goes
 * back to: clone and snapshots show what they showed, the next opening goes on, and in the end the source can go.
 */
public final class DetachSimulation {
    private static final int BLOCKS = 8 * 640;
    private static final VolumeId SOURCE = new VolumeId(new UUID(7, 1));
    private static final VolumeId CLONE = new VolumeId(new UUID(7, 2));
    private static final SnapshotId OF_SOURCE = new SnapshotId(new UUID(8, 1));
    private static final SnapshotId OF_CLONE = new SnapshotId(new UUID(8, 2));

    private final Random random;
    private final SimPool machine;

    DetachSimulation(long seed) throws StoreException {
        random = new Random(seed);
        machine = new SimPool(random, SimSetup.fixed());
    }

    /** Loses power after that many tasks; null when nothing was noticed, else what was. */
    public static @Nullable String broken(long tasks) {
        try {
            new DetachSimulation(tasks).run((int) tasks);
            return null;
        } catch (StoreException | RuntimeException | Error e) {
            return Simulator.describe(tasks, e);
        }
    }

    /** @return whether it was over before power was lost */
    boolean run(int tasks) throws StoreException {
        machine.open();
        machine.await("a volume", machine.pool().create(new VolumeSpec(SOURCE, BLOCKS, WritePolicy.DURABLE)));
        write(SOURCE, 1, 0, 500);
        machine.await("a snapshot", timeline().take(List.of(new Timeline.SnapshotSpec(OF_SOURCE, SOURCE))));
        write(SOURCE, 2, 100, 100);
        Timeline.CloneSpec spec = new Timeline.CloneSpec(CLONE, SOURCE, new Moment.Of(OF_SOURCE), WritePolicy.DURABLE);
        machine.await("a clone", timeline().clone(spec));
        write(CLONE, 3, 50, 30);
        machine.await("a snapshot", timeline().take(List.of(new Timeline.SnapshotSpec(OF_CLONE, CLONE))));
        ByteBuffer then = read(copy());
        write(CLONE, 4, 60, 100);
        unmap(300, 50);
        ByteBuffer now = read(copy());
        CompletableFuture<Void> detached = timeline().detach(CLONE).toCompletableFuture();
        machine.run(tasks / 2);
        write(CLONE, 5, 200, 5);
        now.put(200 * 4096, filled(5, 5), 0, 5 * 4096);
        machine.run(tasks - tasks / 2);
        boolean over = detached.isDone();
        lose(now, then);
        while (machine.await("a look", timeline().ancestry(CLONE)).detached().isPresent()) {
            machine.run(50);
        }
        if (machine.await("a look", timeline().ancestry(CLONE)).depth() > 0) {
            // Power was lost before it was said.
            machine.await("the end", timeline().detach(CLONE));
        }
        assertThat(machine.await("a look", timeline().ancestry(CLONE)).depth()).isZero();
        machine.await("an end", machine.pool().destroy(SOURCE));
        machine.await("a deletion", timeline().delete(List.of(OF_SOURCE)));
        lose(now, then);
        machine.run(random.nextInt(2000));
        lose(now, then);
        machine.await("a deletion", timeline().delete(List.of(OF_CLONE)));
        machine.await("an end", machine.pool().destroy(CLONE));
        boolean more = true;
        while (more && machine.await("the account", machine.pool().usage()).liveBytes() > 0) {
            more = machine.run(50);
        }
        assertThat(machine.await("the account", machine.pool().usage()).liveBytes())
                .isZero();
        return over;
    }

    private Timeline timeline() {
        return machine.pool().timeline();
    }

    private Volume copy() {
        return machine.pool().volume(CLONE).orElseThrow();
    }

    private void lose(ByteBuffer now, ByteBuffer then) throws StoreException {
        machine.crash(Tear.random(random));
        machine.open();
        assertThat(machine.await("a check", machine.pool().check())).isEmpty();
        assertThat(read(copy())).isEqualTo(now);
        assertThat(read(machine.await("a view", timeline().view(OF_CLONE)))).isEqualTo(then);
    }

    private static ByteBuffer filled(int stamp, int units) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(units * 4096);
        while (bytes.hasRemaining()) {
            bytes.putInt(stamp);
        }
        return bytes.flip();
    }

    private void write(VolumeId id, int stamp, int unit, int units) {
        Volume volume = machine.pool().volume(id).orElseThrow();
        List<CompletableFuture<EngineStatus>> answers = new ArrayList<>();
        for (int at = unit; at < unit + units; at += 10) {
            int count = Math.min(10, unit + units - at);
            CompletableFuture<EngineStatus> answer = new CompletableFuture<>();
            volume.write(8L * at, filled(stamp, count), false, (status, detail) -> answer.complete(status));
            answers.add(answer);
        }
        answers.forEach(answer -> assertThat(machine.await("a write", answer)).isEqualTo(EngineStatus.OK));
    }

    private void unmap(int unit, int units) {
        CompletableFuture<EngineStatus> answer = new CompletableFuture<>();
        copy().unmap(List.of(new BlockRange(8L * unit, 8L * units)), (status, detail) -> answer.complete(status));
        assertThat(machine.await("an unmap", answer)).isEqualTo(EngineStatus.OK);
    }

    private ByteBuffer read(Volume volume) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(BLOCKS * Content.SECTOR);
        CompletableFuture<EngineStatus> answer = new CompletableFuture<>();
        volume.read(0, bytes, (status, detail) -> answer.complete(status));
        assertThat(machine.await("a read", answer)).isEqualTo(EngineStatus.OK);
        return bytes;
    }
}
