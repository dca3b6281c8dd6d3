package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.loop.ThreadLoop;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Formats are frozen: pools that earlier versions left behind, as by a kill, open with this one, show what was written, lie
 * where they lay, and go on. The images are made by {@link FrozenImages}.
 */
class FrozenImageTest {

    /** The images, by the commit that wrote them or what is new in them. */
    enum Image {
        /** Before RELOCREF records and incompatible feature bit 1. */
        ONE_DISK_6188AF3(1),
        TWO_DISKS_6188AF3(2),
        /** With them, and with FORK records of version 2. */
        ONE_DISK_A97D9CF(1),
        TWO_DISKS_A97D9CF(2),
        /** With incompatible feature bit 2: marks that end, a row in the tables and a record behind them. */
        ONE_DISK_LATE_MARKS(1),
        TWO_DISKS_LATE_MARKS(2);

        private final int disks;

        Image(int disks) {
            this.disks = disks;
        }

        InputStream open() {
            String name = "/dev/sandstone/engine/volume/frozen/" + name().toLowerCase(Locale.ROOT);
            return Objects.requireNonNull(FrozenImageTest.class.getResourceAsStream(name), name);
        }
    }

    @TempDir
    private Path folder;

    private FrozenManifest manifest = FrozenManifest.of(0, Map.of());

    /** The clock goes on where it was when the image was made, for marks show what was inside their window. */
    private record Then(ThreadLoop real, long shiftMicros) implements ShardLoop {
        @Override
        public boolean inLoop() {
            return real.inLoop();
        }

        @Override
        public void execute(Runnable task) {
            real.execute(task);
        }

        @Override
        public Timer schedule(Runnable task, long delayNanos) {
            return real.schedule(task, delayNanos);
        }

        @Override
        public long nanoTime() {
            return real.nanoTime();
        }

        @Override
        public long wallClockMicros() {
            return real.wallClockMicros() + shiftMicros;
        }
    }

    private TestPools.Opened open(Image image) {
        ThreadLoop loop = new ThreadLoop("test-frozen");
        Then then = new Then(loop, manifest.micros() - loop.wallClockMicros() + TimeUnit.SECONDS.toMicros(1));
        return new TestPools.Opened(Pools.open(FrozenImage.config(folder, image.disks), then), then, loop::close);
    }

    @ParameterizedTest
    @EnumSource(Image.class)
    void opensAndGoesOn(Image image) throws Exception {
        unpack(image, folder);
        manifest = FrozenManifest.read(folder);
        FrozenWorld world;
        try (TestPools.Opened opened = open(image)) {
            Pool pool = opened.pool();
            world = new FrozenWorld(pool);
            world.adopt(manifest);
            sound(pool);
            lieWhereTheyLay(world);
            world.verify();
            areAsTheyWere(world, pool);
            becomeIndependent(pool);
            showTheirMarks(world, pool);
            refuseWhatNobodyKnows(pool);
            goOn(world);
            sound(pool);
        }
        try (TestPools.Opened opened = open(image)) {
            world.reopened(opened.pool());
            sound(opened.pool());
            world.verify();
        }
    }

    /** What the log says behind the map is what this version finds in it; a record it cannot read would be missing. */
    @ParameterizedTest
    @EnumSource(Image.class)
    void theTailOfTheLogIsRead(Image image) throws Exception {
        unpack(image, folder);
        manifest = FrozenManifest.read(folder);
        try (ThreadLoop loop = new ThreadLoop("test-frozen")) {
            Map<String, Integer> tail = FrozenLook.tail(FrozenImage.config(folder, image.disks), loop);
            assertThat(tail).isEqualTo(manifest.tail());
        }
    }

    private static void unpack(Image image, Path into) throws IOException {
        try (InputStream packed = image.open()) {
            PackedFolder.unpack(packed, into);
        }
    }

    private static void sound(Pool pool) throws Exception {
        assertThat(FrozenWorld.done(pool.check())).isEmpty();
        PoolUsage usage = FrozenWorld.done(pool.usage());
        assertThat(usage.liveBytes()
                        + usage.garbageBytes()
                        + usage.freeBytes()
                        + usage.reserveBytes()
                        + usage.metadataBytes())
                .as("I18")
                .isEqualTo(usage.capacityBytes());
    }

    /** Once all is folded, replay has led to the very places, with relocations and copies by reference too. */
    private void lieWhereTheyLay(FrozenWorld world) throws Exception {
        for (FrozenManifest.Line line : manifest.of("volume")) {
            assertThat(FrozenLook.places(world.volume(line.uuid(0))))
                    .as("volume %s", line.uuid(0))
                    .isEqualTo(line.words().get(3));
        }
        for (FrozenManifest.Line line : manifest.of("snapshot")) {
            assertThat(FrozenLook.places(world.view(line.uuid(0))))
                    .as("snapshot %s", line.uuid(0))
                    .isEqualTo(line.words().get(3));
        }
    }

    private void areAsTheyWere(FrozenWorld world, Pool pool) throws Exception {
        for (FrozenManifest.Line line : manifest.of("volume")) {
            VolumeId id = new VolumeId(line.uuid(0));
            assertThat(world.volume(id.uuid()).writePolicy().name())
                    .isEqualTo(line.words().get(1));
            assertThat(FrozenWorld.done(pool.timeline().rewind(id)).window().toSeconds())
                    .isEqualTo(line.number(2));
        }
        for (FrozenManifest.Line line : manifest.of("snapshot")) {
            Snapshot taken =
                    pool.timeline().snapshot(new SnapshotId(line.uuid(0))).orElseThrow();
            assertThat(taken.volume().uuid()).isEqualTo(line.uuid(1));
            assertThat(taken.lsn()).isEqualTo(line.number(2));
        }
        for (FrozenManifest.Line line : manifest.of("annex")) {
            Volume volume = world.volume(line.uuid(0));
            byte[] expected = HexFormat.of().parseHex(line.words().get(2));
            CompletableFuture<byte[]> found = new CompletableFuture<>();
            volume.loop().run(() -> found.complete(volume.annex((int) line.number(1))));
            assertThat(FrozenWorld.done(found)).isEqualTo(expected);
        }
    }

    /** What was detached is, and what was under way goes on by itself. */
    private void becomeIndependent(Pool pool) throws Exception {
        for (FrozenManifest.Line line : manifest.of("independent")) {
            VolumeId id = new VolumeId(line.uuid(0));
            while (FrozenWorld.done(pool.timeline().ancestry(id)).detached().isPresent()) {
                sound(pool);
            }
            assertThat(FrozenWorld.done(pool.timeline().ancestry(id)).depth()).isZero();
        }
    }

    private void showTheirMarks(FrozenWorld world, Pool pool) throws Exception {
        List<FrozenManifest.Line> marks = manifest.of("mark");
        assertThat(marks).isNotEmpty();
        for (FrozenManifest.Line mark : marks) {
            VolumeId id = new VolumeId(UUID.randomUUID());
            Moment at = new Moment.At(Instant.EPOCH.plus(mark.number(1), ChronoUnit.MICROS));
            Timeline.CloneSpec spec = new Timeline.CloneSpec(id, new VolumeId(mark.uuid(0)), at, WritePolicy.DURABLE);
            FrozenWorld.shows(FrozenWorld.done(pool.timeline().clone(spec)), mark.content(2));
            FrozenWorld.done(pool.destroy(id));
        }
        world.verify();
    }

    /** There a volume had changed and had no mark. */
    private void refuseWhatNobodyKnows(Pool pool) {
        List<FrozenManifest.Line> unknown = manifest.of("unknown");
        assertThat(unknown).hasSize(manifest.tail().containsKey(FrozenLook.LATE_MARK) ? 2 : 0);
        for (FrozenManifest.Line time : unknown) {
            Moment at = new Moment.At(Instant.EPOCH.plus(time.number(1), ChronoUnit.MICROS));
            Timeline.Comparison with = new Timeline.Comparison(new VolumeId(time.uuid(0)), at, new Moment.Now());
            assertThatThrownBy(() -> FrozenWorld.done(pool.timeline().changes(with, 0, 1)))
                    .hasMessageContaining("could not be marked");
        }
    }

    /** Writes, takes and deletes moments, and ends volumes. */
    private void goOn(FrozenWorld world) throws Exception {
        List<UUID> volumes = List.copyOf(world.volumes().keySet());
        List<UUID> snapshots = List.copyOf(world.snapshots().keySet());
        world.take(new UUID(1, 1), volumes.get(0), new UUID(1, 2), volumes.get(1));
        for (UUID volume : volumes) {
            world.fill(volume, 5, 3);
        }
        world.delete(snapshots.get(0));
        world.cloneOf(new UUID(1, 3), volumes.get(0), new UUID(1, 1));
        world.rollback(volumes.get(1), new UUID(1, 2), new UUID(1, 4));
        world.destroy(volumes.get(0));
        world.verify();
    }
}
