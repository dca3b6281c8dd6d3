package dev.sandstone.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.map.MapLimits;
import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Pool;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.engine.volume.WritePolicy;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hosts that keep their locks on a pool without room: for ever, because what a heartbeat displaces comes back. */
class FullPoolLocksTest {
    private static final int SEGMENT_BYTES = 256 << 10;
    private static final int SLOTS = 240;

    /** Sectors of a write that fills a segment. */
    private static final int BATCH = 480;

    /** Of each host; that is some hundred times the reserve. */
    private static final int BEATS = Integer.getInteger("sandstone.beats", 4_000);

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
            assertThat(beat(machine, locks, 0, beat))
                    .as("seed %d heartbeat %d", seed, beat)
                    .isEqualTo(EngineStatus.OK);
        }
        assertThat(machine.await("the check", machine.pool().check())).isEmpty();
        machine.close();
    }

    /** Its reserve is a segment, so what the heartbeats leave in the one that is open has to come back from there. */
    @ParameterizedTest
    @CsvSource({"10, 1", "10, 8", "16, 4"})
    void heartbeatsGoOnForEverOnASmallPool(int slots, int hosts) throws StoreException {
        System.out.println("full pool: seed " + seed);
        MapLimits limits = new MapLimits(1 << 20, 64 << 10, 512, 1 << 20, 5_000_000, 50_000_000, 64);
        SimPool machine = new SimPool(new Random(seed), new SimSetup(SEGMENT_BYTES, slots, SEGMENT_BYTES / 4, limits));
        machine.open();
        Volume locks = volume(machine, 1, 8 * hosts);
        Volume data = volume(machine, 2, SEGMENT_BYTES / 512 * slots);
        for (int host = 0; host < hosts; host++) {
            assertThat(write(machine, locks, 8 * host, Content.of(1, 0, 8))).isEqualTo(EngineStatus.OK);
        }
        fill(machine, data);
        for (int beat = 1; beat <= BEATS; beat++) {
            if (beat % (BEATS / 4) == 0) {
                locks = reopened(machine, beat % (BEATS / 2) == 0)
                        .volume(locks.id())
                        .orElseThrow();
            }
            for (int host = 0; host < hosts; host++) {
                assertThat(beat(machine, locks, 8 * host, beat))
                        .as("seed %d heartbeat %d of host %d", seed, beat, host)
                        .isEqualTo(EngineStatus.OK);
            }
        }
        assertThat(machine.await("the check", machine.pool().check())).isEmpty();
        machine.close();
    }

    private static void fill(SimPool machine, Volume data) {
        int lba = 0;
        for (int size : new int[] {BATCH, 8}) {
            while (write(machine, data, lba, Content.of(2, lba, size)) == EngineStatus.OK) {
                lba += size;
            }
        }
    }

    private static Pool reopened(SimPool machine, boolean inOrder) throws StoreException {
        if (inOrder) {
            machine.close();
        } else {
            machine.crash(Tear.LOST);
        }
        machine.open();
        return machine.pool();
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

    private static EngineStatus beat(SimPool machine, Volume locks, int lba, int beat) {
        EngineStatus status = EngineStatus.BUSY;
        while (status == EngineStatus.BUSY) {
            CompletableFuture<EngineStatus> done = new CompletableFuture<>();
            locks.compareAndWrite(
                    lba,
                    Content.of(beat, 0, 8),
                    Content.of(beat + 1, 0, 8),
                    false,
                    (how, detail) -> done.complete(how));
            status = machine.await("a heartbeat", done);
        }
        return status;
    }
}
