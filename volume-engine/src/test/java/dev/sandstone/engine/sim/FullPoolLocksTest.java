package dev.sandstone.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.map.MapLimits;
import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.engine.volume.WritePolicy;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Hosts that keep their locks on a pool without room: for ever, because what a heartbeat displaces comes back. */
class FullPoolLocksTest {
    private static final int SEGMENT_BYTES = 256 << 10;
    private static final int SLOTS = 240;

    /** Sectors of a write that fills a segment. */
    private static final int BATCH = 480;

    private final long seed = Long.getLong("sandstone.seed", System.nanoTime());

    @Test
    void heartbeatsGoOnForEver() throws StoreException {
        System.out.println("full pool: seed " + seed);
        MapLimits limits = new MapLimits(1 << 20, 64 << 10, 512, 1 << 20, 5_000_000, 50_000_000, 64);
        SimPool machine = new SimPool(new Random(seed), new SimSetup(SEGMENT_BYTES, SLOTS, SEGMENT_BYTES / 4, limits));
        machine.open();
        Volume locks = volume(machine, 1, 64);
        Volume data = volume(machine, 2, SEGMENT_BYTES / 512 * SLOTS);
        assertThat(write(machine, locks, 0, Content.of(1, 0, 8))).isEqualTo(EngineStatus.OK);
        int lba = 0;
        while (write(machine, data, lba, Content.of(2, lba, BATCH)) == EngineStatus.OK) {
            lba += BATCH;
        }
        long written = machine.pool().traffic().logBytes();
        long reserve = machine.await("the usage", machine.pool().usage()).reserveBytes();
        for (int beat = 1; machine.pool().traffic().logBytes() - written < 10 * reserve; beat++) {
            assertThat(beat(machine, locks, beat))
                    .as("seed %d heartbeat %d", seed, beat)
                    .isEqualTo(EngineStatus.OK);
        }
        assertThat(machine.await("the check", machine.pool().check())).isEmpty();
        machine.close();
    }

    private static Volume volume(SimPool machine, int number, int blocks) {
        VolumeId id = new VolumeId(new UUID(1, number));
        return machine.await("a volume", machine.pool().create(new VolumeSpec(id, blocks, WritePolicy.DURABLE)));
    }

    /** BUSY is the answer while cleaning can still help. */
    private static EngineStatus write(SimPool machine, Volume volume, int lba, ByteBuffer bytes) {
        EngineStatus status = EngineStatus.BUSY;
        while (status == EngineStatus.BUSY) {
            CompletableFuture<EngineStatus> done = new CompletableFuture<>();
            volume.write(lba, bytes.duplicate(), false, (how, detail) -> done.complete(how));
            status = machine.await("a write", done);
        }
        return status;
    }

    private static EngineStatus beat(SimPool machine, Volume locks, int beat) {
        EngineStatus status = EngineStatus.BUSY;
        while (status == EngineStatus.BUSY) {
            CompletableFuture<EngineStatus> done = new CompletableFuture<>();
            locks.compareAndWrite(
                    0, Content.of(beat, 0, 8), Content.of(beat + 1, 0, 8), false, (how, detail) -> done.complete(how));
            status = machine.await("a heartbeat", done);
        }
        return status;
    }
}
