package dev.sandstone.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.volume.PoolDisks;
import dev.sandstone.engine.volume.PoolUsage;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.engine.volume.WritePolicy;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A third disk for a full pool of two makes it larger by half of that disk, and costs no redundancy at any moment. */
class MirrorGrowthTest {
    private static final int SEGMENT = 256 << 10;
    private static final int SLOTS = 18;
    private static final int SECTORS = 8192;
    private static final int WRITE = 128;
    private static final int STRIDE = Integer.getInteger("sandstone.growth.stride", 3);
    private static final VolumeId ID = new VolumeId(new UUID(7, 2));
    private static final SimSetup SETUP =
            new SimSetup(SEGMENT, SLOTS, SEGMENT / 4, SimSetup.fixed().limits());

    /** A machine, and what its volume must hold. */
    private static final class World {
        private final SimMirror machine;
        private final Workload.Clock clock = new Workload.Clock();
        private final VolumeOracle oracle = new VolumeOracle(1, SECTORS, false, clock.tick());

        World(SimMirror machine) {
            this.machine = machine;
        }

        void fill(int seed) {
            Workload load = new Workload(clock, oracle, volume(), new Random(seed), SEGMENT / 4);
            for (int lba = 0; lba < SECTORS; lba += WRITE) {
                load.write(lba, WRITE, false);
                while (clock.underWay() > 0) {
                    assertThat(machine.loop().runOne()).isTrue();
                }
            }
        }

        private Volume volume() {
            return machine.pool().volume(ID).orElseThrow();
        }

        void addDisk() {
            machine.await("a disk more", machine.pool().disks().add(machine.spare()));
        }

        PoolUsage usage() {
            return machine.await("the usage", machine.pool().usage());
        }

        long capacity() {
            return usage().capacityBytes();
        }

        /** Lets all that moves come to rest; nothing ever has a copy too few. */
        void rests() {
            long since = machine.loop().nanoTime();
            long capacity = capacity();
            while (machine.loop().nanoTime() - since < TimeUnit.SECONDS.toNanos(20)) {
                machine.run(20);
                assertWhole();
                long now = capacity();
                since = now == capacity ? since : machine.loop().nanoTime();
                capacity = now;
            }
        }

        PoolDisks.Moves moves() {
            return machine.status().moves();
        }

        void assertWhole() {
            PoolDisks.Status status = machine.status();
            assertThat(status.redundancy().isWhole()).as("%s", status).isTrue();
        }

        void crash(Tear tear) {
            machine.calm();
            machine.crash(tear);
            clock.crashed();
        }

        void sound() {
            assertThat(machine.await("the check", machine.pool().check())).isEmpty();
            ByteBuffer bytes = ByteBuffer.allocateDirect(SECTORS * Content.SECTOR);
            for (int lba = 0; lba < SECTORS; lba += WRITE) {
                CompletableFuture<String> answer = new CompletableFuture<>();
                ByteBuffer part = bytes.slice(lba * Content.SECTOR, WRITE * Content.SECTOR);
                volume().read(lba, part, (status, detail) -> answer.complete(status.name()));
                assertThat(machine.await("a read", answer)).isEqualTo("OK");
            }
            oracle.recovered(bytes, clock.tick());
        }

        /** Any one disk may be lost. */
        void survivesEachLoss() throws StoreException {
            for (String name : machine.names()) {
                SimMirror without = new SimMirror(new Random(5), machine);
                without.open(List.of(name));
                World left = new World(without);
                assertThat(without.await("the check", without.pool().check())).isEmpty();
                left.assertReadable();
                without.crash(Tear.LOST);
            }
        }

        /** Whether there were so many writes; in the end the pool is larger. */
        boolean growsUntilPowerIsLost(int disk, long write) throws StoreException {
            machine.open(List.of());
            addDisk();
            boolean crashed = false;
            machine.faults(machine.names().get(disk)).crashAtWrite(write);
            try {
                rests();
                crash(Tear.LOST);
            } catch (SimCrash lost) {
                crashed = true;
                crash(Tear.random(new Random(write)));
            }
            List<String> without =
                    write % 2 == 0 ? List.of() : List.of(machine.names().get((disk + 1) % 3));
            machine.open(without);
            assertReadable();
            if (without.isEmpty()) {
                assertWhole();
                rests();
                assertThat(capacity()).isEqualTo((long) SLOTS * 3 / 2 * SEGMENT);
            }
            assertThat(machine.await("the check", machine.pool().check())).isEmpty();
            crash(Tear.LOST);
            return crashed;
        }

        private void assertReadable() {
            ByteBuffer bytes = ByteBuffer.allocateDirect(WRITE * Content.SECTOR);
            for (int lba = 0; lba < SECTORS; lba += WRITE) {
                CompletableFuture<String> answer = new CompletableFuture<>();
                volume().read(lba, bytes, (status, detail) -> answer.complete(status.name()));
                assertThat(machine.await("a read", answer)).isEqualTo("OK");
            }
        }

        void close() {
            machine.close();
            clock.crashed();
        }
    }

    private static World full() throws StoreException {
        World world = new World(new SimMirror(new Random(1), SETUP, 2));
        world.machine.open(List.of());
        world.machine.await(
                "the new volume", world.machine.pool().create(new VolumeSpec(ID, SECTORS, WritePolicy.DURABLE)));
        world.fill(1);
        assertThat(world.usage().freeBytes()).as("%s", world.usage()).isLessThan(SEGMENT);
        return world;
    }

    @Test
    void aThirdDiskAddsHalfOfItself() throws StoreException {
        World world = full();
        long before = world.capacity();
        assertThat(before).isEqualTo((long) SLOTS * SEGMENT);
        long live = world.usage().liveBytes();
        world.addDisk();
        assertThat(world.moves().left()).isBetween(1L, SLOTS / 2L);
        world.rests();
        assertThat(world.moves()).isEqualTo(new PoolDisks.Moves(0, 0));
        assertThat(world.capacity()).isEqualTo(before + (long) SLOTS / 2 * SEGMENT);
        world.fill(2);
        assertThat(world.usage().liveBytes()).as("what did not fit fits").isGreaterThan(live);
        world.rests();
        world.sound();
        world.close();
        world.survivesEachLoss();
    }

    /** Power is lost at each write of each disk while copies move: no copy is missing, and the pool grows all the same. */
    @Test
    void powerMayBeLostAtAnyWriteMeanwhile() throws StoreException {
        World full = full();
        full.close();
        int crashes = 0;
        for (int disk = 0; disk < 3; disk++) {
            boolean crashed = true;
            for (long write = disk; crashed; write += STRIDE) {
                World world = new World(new SimMirror(new Random(write), full.machine));
                crashed = world.growsUntilPowerIsLost(disk, write);
                crashes += crashed ? 1 : 0;
            }
        }
        System.out.println("losses of power while a mirror grows: " + crashes);
        assertThat(crashes).isGreaterThan(20);
    }
}
