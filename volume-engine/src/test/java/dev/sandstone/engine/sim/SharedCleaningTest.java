package dev.sandstone.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.map.MapLimits;
import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.Table;
import dev.sandstone.engine.store.SegmentHeader;
import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.SnapshotId;
import dev.sandstone.engine.volume.Timeline;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.engine.volume.WritePolicy;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A segment whose blocks are shared is cleaned as any other, and the facts that lend them go with those who show them. */
class SharedCleaningTest {
    private static final int STRIPE = 16 * 8;
    private static final int STRIPES = 18;
    private static final SnapshotId SNAPSHOT = new SnapshotId(new UUID(4, 9));

    private final SimPool machine;

    SharedCleaningTest() throws StoreException {
        MapLimits limits = new MapLimits(1 << 20, 64 << 10, 64, 1 << 20, 1_000_000, 10_000_000, 64);
        machine = new SimPool(new Random(1), new SimSetup(256 << 10, 14, 64 << 10, limits));
    }

    @Test
    void sharedBlocksAreMovedOnceForAll() throws StoreException {
        machine.open();
        Volume source = create(1);
        Volume copy = create(2);
        Volume hot = create(3);
        writeAndShare(source, copy);
        machine.await(
                "a snapshot", machine.pool().timeline().take(List.of(new Timeline.SnapshotSpec(SNAPSHOT, copy.id()))));
        Set<Long> before = segments();
        // Of each stripe half goes everywhere but in the snapshot of the first, and a quarter in the source.
        for (int i = 0; i < STRIPES; i++) {
            unmap(source, i * STRIPE, STRIPE * 3 / 4);
            if (i > 0) {
                unmap(copy, i * STRIPE, STRIPE / 2);
            }
        }
        machine.await("no snapshot", machine.pool().timeline().delete(List.of(SNAPSHOT)));
        for (int i = 0; i < 200; i++) {
            write(hot, 0, 1000 + i);
        }
        assertThat(segments()).doesNotContainAnyElementsOf(before);
        expect();
        machine.crash(Tear.LOST);
        machine.open();
        expect();
        assertThat(lent()).isPositive();

        machine.await("the end of the source", machine.pool().destroy(source.id()));
        machine.await("the end of the copy", machine.pool().destroy(copy.id()));
        machine.run(5000);
        machine.close();
        machine.open();
        machine.run(5000);
        assertThat(lent()).as("facts of which nothing is left").isZero();
        assertThat(machine.await("the check", machine.pool().check())).isEmpty();
    }

    @Test
    void aPoolCleansWhileItIsCheckedAndTheCheckIsRight() throws StoreException {
        machine.open();
        Volume source = create(1);
        Volume copy = create(2);
        Volume hot = create(3);
        writeAndShare(source, copy);
        Set<Long> cleaned = new HashSet<>();
        int writes = 0;
        for (int check = 0; check < 2 * STRIPES; check++) {
            Set<Long> before = segments();
            CompletableFuture<List<String>> found = machine.pool().check().toCompletableFuture();
            for (; !found.isDone(); writes++) {
                write(hot, 0, 1000 + writes);
                // What the source no longer shows is swept from the facts of what is shared.
                unmap(source, writes * 8 % (STRIPES * STRIPE), 8);
                Set<Long> now = segments();
                if (!found.isDone()) {
                    before.stream().filter(id -> !now.contains(id)).forEach(cleaned::add);
                }
            }
            assertThat(found.join()).as("check %d", check).isEmpty();
        }
        assertThat(cleaned).as("given back while a check was under way").isNotEmpty();
    }

    /** Segments that are being cleaned just then lend nothing: asks again later. */
    private void writeAndShare(Volume source, Volume copy) {
        for (int i = 0; i < STRIPES; i++) {
            write(source, i * STRIPE, i + 1);
        }
        shareAll(source, copy);
    }

    private void shareAll(Volume source, Volume copy) {
        long at = 0;
        for (int tries = 0; at < STRIPES * STRIPE && tries < 1000; tries++) {
            long from = at;
            BlockRange rest = new BlockRange(from, STRIPES * STRIPE - from);
            CompletableFuture<Long> shared = new CompletableFuture<>();
            copy.share(
                    source, from, rest, (status, detail) -> shared.complete(status == EngineStatus.OK ? detail : -1));
            at += machine.await("a copy by reference", shared);
            machine.run(50);
        }
        assertThat(at).isEqualTo(STRIPES * STRIPE);
    }

    private void expect() {
        assertThat(machine.await("the check", machine.pool().check())).isEmpty();
        for (int i = 0; i < STRIPES; i++) {
            int half = i * STRIPE + STRIPE / 2;
            assertThat(read(volume(1), i * STRIPE)).isEqualTo(Content.ZERO);
            assertThat(read(volume(1), (i + 1) * STRIPE - 8)).isEqualTo(i + 1);
            assertThat(read(volume(2), i * STRIPE)).isEqualTo(i > 0 ? Content.ZERO : 1);
            assertThat(read(volume(2), half)).isEqualTo(i + 1);
        }
    }

    private Set<Long> segments() {
        return machine.store().segments().stream().map(SegmentHeader::id).collect(Collectors.toSet());
    }

    /** Rows of REFS. */
    private int lent() {
        int rows = 0;
        ByteBuffer end = ByteBuffer.allocate(8).putLong(0, -1);
        try (MetadataCursor at = machine.metadata().scan(Table.REFS, ByteBuffer.allocate(0), end)) {
            for (; at.valid(); at.next()) {
                rows++;
            }
        }
        return rows;
    }

    private Volume create(int number) {
        VolumeSpec spec = new VolumeSpec(new VolumeId(new UUID(4, number)), STRIPES * STRIPE, WritePolicy.DURABLE);
        return machine.await("a volume", machine.pool().create(spec));
    }

    private Volume volume(int number) {
        return machine.pool().volume(new VolumeId(new UUID(4, number))).orElseThrow();
    }

    private interface Started {
        void start(CompletableFuture<EngineStatus> done);
    }

    private EngineStatus ended(Started started) {
        CompletableFuture<EngineStatus> done = new CompletableFuture<>();
        started.start(done);
        return machine.await("an operation", done);
    }

    private void write(Volume to, int lba, long stamp) {
        ByteBuffer bytes = Content.of(stamp, lba, STRIPE);
        assertThat(ended(done -> to.write(lba, bytes, false, (status, detail) -> done.complete(status))))
                .isEqualTo(EngineStatus.OK);
    }

    private void unmap(Volume of, int lba, int count) {
        List<BlockRange> range = List.of(new BlockRange(lba, count));
        assertThat(ended(done -> of.unmap(range, (status, detail) -> done.complete(status))))
                .isEqualTo(EngineStatus.OK);
    }

    /** The stamp of a sector that a stripe began with, wherever it is shown. */
    private long read(Volume of, int lba) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(8 * Content.SECTOR);
        assertThat(ended(done -> of.read(lba, bytes, (status, detail) -> done.complete(status))))
                .isEqualTo(EngineStatus.OK);
        return Content.operation(bytes, 0, lba);
    }
}
