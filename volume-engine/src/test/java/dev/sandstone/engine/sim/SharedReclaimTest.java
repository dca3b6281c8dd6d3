package dev.sandstone.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.map.MapAudit;
import dev.sandstone.engine.map.MapLimits;
import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.Table;
import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Moment;
import dev.sandstone.engine.volume.SnapshotId;
import dev.sandstone.engine.volume.Timeline;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.engine.volume.VolumeUsage;
import dev.sandstone.engine.volume.WritePolicy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What is announced to be given back is what is given back, where several show the same blocks: a block goes with the last of
 * them, whoever owned its record. Blocks are counted by the places that the tables name.
 */
class SharedReclaimTest {
    private static final int BLOCKS = 192;
    private static final int ROUNDS = 30;

    private final long seed = Long.getLong("sandstone.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final SimPool machine;
    private final List<VolumeId> volumes = new ArrayList<>();
    private final List<SnapshotId> snapshots = new ArrayList<>();
    private long names;
    private long stamps;

    SharedReclaimTest() throws StoreException {
        MapLimits limits = new MapLimits(1 << 20, 64 << 10, 64, 1 << 20, 1_000_000, 10_000_000, 64);
        machine = new SimPool(random, new SimSetup(256 << 10, 100, 64 << 10, limits));
        machine.open();
    }

    /** The volume that the record was written to goes first, then the one that shows its blocks by reference. */
    @Test
    void theOwnerGoesFirst() {
        VolumeId owner = create();
        VolumeId copy = create();
        write(owner, 0, 16);
        share(owner, 0, copy, 0, 16);
        assertThat(usage(owner).uniqueBytes()).isZero();
        assertThat(usage(owner).sharedBytes()).isEqualTo(16 * 4096);
        destroyed(owner, 0);
        destroyed(copy, 16);
    }

    @Test
    void theReferenceGoesFirst() {
        VolumeId owner = create();
        VolumeId copy = create();
        write(owner, 0, 16);
        share(owner, 0, copy, 8, 16);
        write(copy, 100, 4);
        destroyed(copy, 4);
        destroyed(owner, 16);
    }

    @Test
    void theLastOfSeveralReferencesGivesBack() {
        VolumeId owner = create();
        VolumeId one = create();
        VolumeId other = create();
        write(owner, 0, 16);
        share(owner, 0, one, 0, 16);
        share(one, 0, other, 32, 12);
        share(one, 0, one, 64, 16);
        SnapshotId snapshot = take(one);
        destroyed(owner, 0);
        destroyed(one, 0);
        // Of what the snapshot shows twice the other volume keeps the first twelve blocks.
        deleted(List.of(snapshot), 4);
        destroyed(other, 12);
    }

    @Test
    void anyHistoryGivesBackWhatIsAnnounced() throws StoreException {
        System.out.println("shared reclaim: seed " + seed);
        for (int round = 0; round < ROUNDS; round++) {
            while (volumes.size() < 3) {
                volumes.add(create());
            }
            for (int i = 0; i < 12; i++) {
                step();
            }
            if (random.nextInt(6) == 0) {
                machine.crash(Tear.LOST);
                machine.open();
            }
            List<SnapshotId> some =
                    snapshots.stream().filter(id -> random.nextInt(3) == 0).toList();
            if (!some.isEmpty()) {
                deleted(some, announced(some));
                snapshots.removeAll(some);
            }
            if (random.nextInt(4) == 0) {
                VolumeId gone = volumes.remove(random.nextInt(volumes.size()));
                destroyed(gone, usage(gone).uniqueBytes() / 4096);
            }
        }
        deleted(snapshots, announced(snapshots));
        for (VolumeId volume : volumes) {
            destroyed(volume, usage(volume).uniqueBytes() / 4096);
        }
        assertThat(places()).isEmpty();
    }

    private void step() {
        VolumeId to = volumes.get(random.nextInt(volumes.size()));
        int count = 1 + random.nextInt(16);
        int at = random.nextInt(BLOCKS - count + 1);
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> write(to, at, count);
            case 3 -> unmap(to, at, count);
            case 4 -> snapshots.add(take(to));
            case 5 -> goBack(to);
            default ->
                share(volumes.get(random.nextInt(volumes.size())), random.nextInt(BLOCKS - count + 1), to, at, count);
        }
    }

    // what was announced, and what is given back

    private long announced(List<SnapshotId> those) {
        return machine.await("the answer", machine.pool().timeline().reclaimable(those)) / 4096;
    }

    private VolumeUsage usage(VolumeId volume) {
        return machine.await("the usage", machine.pool().usage(volume));
    }

    private void deleted(List<SnapshotId> those, long blocks) {
        assertThat(announced(those)).as("seed %d: announced", seed).isEqualTo(blocks);
        int before = places().size();
        for (int at = 0; at < those.size(); at += 100) {
            List<SnapshotId> part = those.subList(at, Math.min(those.size(), at + 100));
            machine.await("the deletion", machine.pool().timeline().delete(part));
        }
        assertThat(before - places().size()).as("seed %d: given back", seed).isEqualTo((int) blocks);
    }

    private void destroyed(VolumeId volume, long blocks) {
        assertThat(usage(volume).uniqueBytes()).as("seed %d: announced", seed).isEqualTo(blocks * 4096);
        int before = places().size();
        machine.await("its end", machine.pool().destroy(volume));
        assertThat(before - places().size()).as("seed %d: given back", seed).isEqualTo((int) blocks);
    }

    /** Where data lies that somebody needs. */
    private Set<Long> places() {
        do {
            pass();
        } while (removing());
        assertThat(machine.await("the check", machine.pool().check()))
                .as("seed %d", seed)
                .isEmpty();
        Set<Long> places = new HashSet<>();
        MapAudit.check(machine.metadata(), visitor -> {}, run -> {
            for (int i = 0; i < run.blocks() && Pointer.hasData(run.pointer()); i++) {
                places.add(Pointer.plus(run.pointer(), i));
            }
        });
        return places;
    }

    private boolean removing() {
        ByteBuffer end = ByteBuffer.allocate(8).putLong(0, -1);
        try (MetadataCursor rows = machine.metadata().scan(Table.PURGE, ByteBuffer.allocate(0), end)) {
            return rows.valid();
        }
    }

    private void pass() {
        boolean[] over = {false};
        machine.loop().schedule(() -> over[0] = true, TimeUnit.SECONDS.toNanos(1));
        while (!over[0]) {
            machine.run(1);
        }
    }

    // changes

    private VolumeId create() {
        VolumeId id = new VolumeId(new UUID(7, ++names));
        machine.await("a volume", machine.pool().create(new VolumeSpec(id, BLOCKS * 8L, WritePolicy.DURABLE)));
        return id;
    }

    private Volume volume(VolumeId id) {
        return machine.pool().volume(id).orElseThrow();
    }

    private void write(VolumeId to, int at, int count) {
        ByteBuffer bytes = Content.of(++stamps, at * 8L, count * 8);
        CompletableFuture<EngineStatus> done = new CompletableFuture<>();
        volume(to).write(at * 8L, bytes, false, (status, detail) -> done.complete(status));
        assertThat(machine.await("a write", done)).isEqualTo(EngineStatus.OK);
    }

    private void unmap(VolumeId of, int at, int count) {
        CompletableFuture<EngineStatus> done = new CompletableFuture<>();
        volume(of).unmap(List.of(new BlockRange(at * 8L, count * 8L)), (status, detail) -> done.complete(status));
        assertThat(machine.await("an unmap", done)).isEqualTo(EngineStatus.OK);
    }

    /** As much as is possible just then; an overlap is not. */
    private void share(VolumeId from, int first, VolumeId to, int at, int count) {
        CompletableFuture<EngineStatus> done = new CompletableFuture<>();
        volume(to)
                .share(
                        volume(from),
                        first * 8L,
                        new BlockRange(at * 8L, count * 8L),
                        (status, detail) -> done.complete(status));
        assertThat(machine.await("a copy by reference", done)).isEqualTo(EngineStatus.OK);
    }

    private SnapshotId take(VolumeId of) {
        SnapshotId id = new SnapshotId(new UUID(8, ++names));
        machine.await("a snapshot", machine.pool().timeline().take(List.of(new Timeline.SnapshotSpec(id, of))));
        return id;
    }

    private void goBack(VolumeId volume) {
        machine.pool().timeline().snapshots().stream()
                .filter(snapshot -> snapshot.volume().equals(volume))
                .findAny()
                .ifPresent(snapshot -> {
                    SnapshotId undo = new SnapshotId(new UUID(8, ++names));
                    machine.await(
                            "going back",
                            machine.pool()
                                    .timeline()
                                    .rollback(List.of(
                                            new Timeline.RollbackSpec(volume, new Moment.Of(snapshot.id()), undo))));
                    snapshots.add(undo);
                });
    }
}
