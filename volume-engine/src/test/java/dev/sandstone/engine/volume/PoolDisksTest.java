package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.engine.loop.ThreadLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that come, go, fail and rot, below a pool on real files. */
class PoolDisksTest {
    private static final long DISK = 96L << 20;
    private static final VolumeId ID = new VolumeId(new UUID(7, 7));
    private static final int BYTES = 12 << 20;
    private static final int STEP = 1 << 20;

    private final long seed = Long.getLong("sandstone.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final byte[] expected = new byte[BYTES];

    @TempDir
    private Path temp;

    private Path disk(int number) {
        return temp.resolve("d" + number);
    }

    private PoolConfig config(int disks) {
        PoolConfig one =
                new PoolConfig(PoolConfig.Medium.FOLDER, disk(0), temp.resolve("array/map"), DISK, 32 << 20, false);
        return one.withMirrors(IntStream.range(1, disks).mapToObj(this::disk).toList(), Math.min(disks, 2));
    }

    /** A pool with its loop, and a volume whose content is known. */
    private final class Opened implements AutoCloseable {
        private final ThreadLoop loop = new ThreadLoop("test-shard");
        private final Pool pool;

        Opened(int disks) {
            boolean open = false;
            try {
                pool = Pools.openOrCreate(config(disks), loop);
                open = true;
            } finally {
                if (!open) {
                    loop.close();
                }
            }
        }

        SyncVolume volume() throws Exception {
            Optional<Volume> there = pool.volume(ID);
            return new SyncVolume(
                    there.isPresent()
                            ? there.get()
                            : get(pool.create(
                                    new VolumeSpec(ID, BYTES / VolumeSpec.BLOCK_BYTES, WritePolicy.DURABLE))));
        }

        void writeAll() throws Exception {
            for (int at = 0; at < BYTES; at += STEP) {
                write(at);
            }
        }

        void write(int at) throws Exception {
            byte[] bytes = new byte[STEP];
            random.nextBytes(bytes);
            System.arraycopy(bytes, 0, expected, at, STEP);
            assertThat(volume().write(at / VolumeSpec.BLOCK_BYTES, bytes, false).status())
                    .as("write, seed %d", seed)
                    .isEqualTo(EngineStatus.OK);
        }

        void readAll() throws Exception {
            for (int at = 0; at < BYTES; at += STEP) {
                byte[] bytes = volume().read(at / VolumeSpec.BLOCK_BYTES, STEP / VolumeSpec.BLOCK_BYTES);
                assertThat(Arrays.equals(bytes, Arrays.copyOfRange(expected, at, at + STEP)))
                        .as("bytes at %d, seed %d", at, seed)
                        .isTrue();
            }
        }

        PoolDisks.Status status() throws Exception {
            return get(pool.disks().status());
        }

        PoolDisks.Status awaits(String what, Predicate<PoolDisks.Status> wanted) throws Exception {
            long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
            PoolDisks.Status status = status();
            while (!wanted.test(status)) {
                assertThat(System.nanoTime()).as("%s; now %s", what, status).isLessThan(limit);
                Thread.onSpinWait();
                status = status();
            }
            return status;
        }

        void sound() throws Exception {
            readAll();
            assertThat(get(pool.check())).as("seed %d", seed).isEmpty();
        }

        @Override
        public void close() {
            pool.close();
            loop.close();
        }
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(120, TimeUnit.SECONDS);
    }

    private static EngineStatus refusal(CompletionStage<?> stage) {
        try {
            get(stage);
            throw new AssertionError("it was not refused");
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(EngineException.class);
            return e.getCause() instanceof EngineException why ? why.status() : EngineStatus.OK;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isWhole(PoolDisks.Status status) {
        return status.redundancy().isWhole() && status.rebuild().left() == 0;
    }

    @Test
    void aSecondDiskMakesTheDataRedundantByItself() throws Exception {
        try (Opened opened = new Opened(1)) {
            opened.writeAll();
            assertThat(opened.status().redundancy().copies()).isEqualTo(1);
            PoolDisks.Disk added = get(opened.pool.disks().add(new PoolDisks.NewDisk(disk(1), 0)));
            assertThat(added.bytes()).isEqualTo(DISK);
            PoolDisks.Status status = opened.awaits("two copies of all", PoolDisksTest::isWhole);
            assertThat(status.disks()).extracting(PoolDisks.Disk::state).containsOnly(PoolDisks.DiskState.ACTIVE);
            assertThat(status.redundancy().copies()).isEqualTo(2);
            opened.sound();
            assertThat(refusal(opened.pool.disks().add(new PoolDisks.NewDisk(disk(1), 0))))
                    .isEqualTo(EngineStatus.EXISTS);
        }
        // The pool remembers where its second disk is, and lives on it alone.
        Files.delete(disk(0).resolve("disk0.sandstone"));
        try (Opened opened = new Opened(1)) {
            assertThat(opened.status().disks())
                    .extracting(PoolDisks.Disk::state)
                    .containsExactly(PoolDisks.DiskState.FAILED, PoolDisks.DiskState.ACTIVE);
            opened.sound();
            opened.writeAll();
            PoolDisks.Disk lost = opened.status().disks().get(0);
            get(opened.pool.disks().replace(lost.id(), new PoolDisks.NewDisk(disk(2), 0)));
            assertThat(opened.awaits("two copies again", PoolDisksTest::isWhole).disks())
                    .hasSize(2);
        }
        try (Opened opened = new Opened(1)) {
            opened.sound();
        }
    }

    @Test
    void aDiskLeavesAfterItsSegmentsHave() throws Exception {
        try (Opened opened = new Opened(3)) {
            opened.writeAll();
            PoolDisks.Disk first = opened.status().disks().get(0);
            get(opened.pool.disks().remove(first.id()));
            opened.writeAll();
            PoolDisks.Status status =
                    opened.awaits("the first disk is gone", now -> now.disks().size() == 2 && isWhole(now));
            assertThat(status.disks()).extracting(PoolDisks.Disk::id).doesNotContain(first.id());
            opened.sound();
            assertThat(refusal(opened.pool.disks().remove(first.id()))).isEqualTo(EngineStatus.NOT_FOUND);
            get(opened.pool.disks().remove(status.disks().get(0).id()));
            UUID last = opened.awaits("one disk", now -> now.disks().size() == 1)
                    .disks()
                    .get(0)
                    .id();
            assertThat(refusal(opened.pool.disks().remove(last))).isEqualTo(EngineStatus.SPACE_EXHAUSTED);
            opened.sound();
            // What has left can come back.
            get(opened.pool.disks().add(new PoolDisks.NewDisk(disk(0).resolve("disk0.sandstone"), 0)));
            opened.awaits("two copies", PoolDisksTest::isWhole);
        }
        try (Opened opened = new Opened(3)) {
            opened.sound();
        }
    }

    @Test
    void aDiskThatIsCutShortUnderLoadIsRepaired() throws Exception {
        try (Opened opened = new Opened(2)) {
            opened.writeAll();
            truncate(disk(1).resolve("disk0.sandstone"), 5 << 20);
            opened.readAll();
            opened.writeAll();
            opened.readAll();
            opened.awaits("a scrub", now -> now.scrub().ended().isPresent());
            // A segment that was still appended to then is repaired by the next one.
            PoolDisks.Status status = opened.status();
            for (int i = 0; i < 3 && status.scrub().repaired() > 0; i++) {
                get(opened.pool.disks().startScrub());
                status = opened.awaits("a scrub", now -> now.scrub().state() == PoolDisks.ScrubState.IDLE);
            }
            assertThat(status.scrub().repaired()).isZero();
            assertThat(status.scrub().damaged()).isZero();
            assertThat(isWhole(status)).isTrue();
        }
        Files.delete(disk(0).resolve("disk0.sandstone"));
        try (Opened opened = new Opened(2)) {
            opened.sound();
        }
    }

    private Path image(int number) {
        return disk(number).resolve("disk0.sandstone");
    }

    /** Nothing reads and nothing writes: only who looks at the file itself can tell. */
    @Test
    void aDiskThatIsCutToNothingDoesNotCountUntilItIsRepaired() throws Exception {
        try (Opened opened = new Opened(2)) {
            opened.writeAll();
            assertThat(isWhole(opened.status())).isTrue();
            truncate(image(1), 0);
            PoolDisks.Status cut =
                    opened.awaits("one copy", now -> now.redundancy().single() > 0);
            assertThat(cut.redundancy().isWhole()).isFalse();
            assertThat(cut.redundancy().lost()).isZero();
            assertThat(cut.rebuild().left()).isPositive();
            opened.awaits("two copies", PoolDisksTest::isWhole);
            assertThat(Files.size(image(1))).isEqualTo(DISK);
            opened.readAll();
        }
        Files.delete(image(0));
        try (Opened opened = new Opened(2)) {
            opened.sound();
        }
    }

    @Test
    void aDiskWhoseFileIsDeletedHasFailedAndTheOthersGetItsCopies() throws Exception {
        try (Opened opened = new Opened(3)) {
            opened.writeAll();
            Files.delete(image(1));
            PoolDisks.Status status = opened.awaits(
                    "two copies on two disks",
                    now -> now.disks().get(1).state() == PoolDisks.DiskState.FAILED
                            && now.redundancy().single() == 0
                            && now.rebuild().left() == 0);
            assertThat(status.disks().get(1).trouble().orElseThrow()).contains("deleted, moved or replaced");
            assertThat(status.redundancy().isWhole()).isTrue();
            get(opened.pool.disks().remove(status.disks().get(1).id()));
            opened.writeAll();
            opened.sound();
        }
        Files.delete(image(0));
        try (Opened opened = new Opened(3)) {
            opened.sound();
        }
    }

    @Test
    void aDiskWhoseFileIsReplacedHasFailedAndIsTakenBackWhenTold() throws Exception {
        try (Opened opened = new Opened(2)) {
            opened.writeAll();
            Path copy = Files.copy(image(1), temp.resolve("copy"));
            Files.move(copy, image(1), StandardCopyOption.REPLACE_EXISTING);
            PoolDisks.Disk lost = opened.awaits(
                            "a disk that has failed", now -> now.disks().get(1).state() == PoolDisks.DiskState.FAILED)
                    .disks()
                    .get(1);
            assertThat(opened.status().redundancy().isWhole()).isFalse();
            opened.writeAll();
            assertThat(get(opened.pool.disks().add(new PoolDisks.NewDisk(disk(1), 0)))
                            .id())
                    .isEqualTo(lost.id());
            opened.awaits("two copies", PoolDisksTest::isWhole);
            opened.sound();
        }
        Files.delete(image(0));
        try (Opened opened = new Opened(2)) {
            opened.sound();
        }
    }

    /** The last one is used as long as it can be. */
    @Test
    void aPoolWhoseFilesHaveAllMovedSaysSoAndGoesOn() throws Exception {
        try (Opened opened = new Opened(2)) {
            opened.writeAll();
            Files.move(temp.resolve("d0"), temp.resolve("away"));
            opened.awaits("trouble", now -> now.disks().get(0).trouble().isPresent());
            Files.move(disk(1), temp.resolve("away1"));
            PoolDisks.Status status =
                    opened.awaits("trouble", now -> now.disks().get(1).trouble().isPresent());
            assertThat(status.redundancy().isWhole()).isFalse();
            opened.writeAll();
            opened.readAll();
            Files.move(temp.resolve("away1"), disk(1));
            opened.awaits("no trouble", now -> now.disks().get(1).trouble().isEmpty());
        }
        try (Opened opened = new Opened(2)) {
            opened.sound();
        }
    }

    @Test
    void aPoolGrowsByALargerFileAtOnce() throws Exception {
        try (Opened opened = new Opened(1)) {
            opened.writeAll();
            long before = get(opened.pool.usage()).capacityBytes();
            PoolDisks.Disk only = opened.status().disks().get(0);
            assertThat(refusal(opened.pool.disks().grow(only.id(), DISK / 2))).isEqualTo(EngineStatus.OUT_OF_RANGE);
            PoolDisks.Disk grown = get(opened.pool.disks().grow(only.id(), 2 * DISK));
            assertThat(grown.bytes()).isEqualTo(2 * DISK);
            assertThat(get(opened.pool.usage()).capacityBytes()).isEqualTo(before + DISK);
            opened.sound();
        }
        try (Opened opened = new Opened(1)) {
            assertThat(get(opened.pool.usage()).capacityBytes()).isGreaterThan(DISK);
            opened.sound();
        }
    }

    /** What is kept of a pool that has grown or shrunk is what is kept of one that was opened so large. */
    @Test
    void theReserveFollowsThePool() throws Exception {
        PoolUsage small;
        PoolUsage large;
        try (Opened opened = new Opened(2)) {
            opened.writeAll();
            get(opened.pool.disks().add(new PoolDisks.NewDisk(disk(2), 4 * DISK)));
            for (PoolDisks.Disk old :
                    opened.awaits("copies", PoolDisksTest::isWhole).disks()) {
                if (old.bytes() == DISK) {
                    get(opened.pool.disks().grow(old.id(), 4 * DISK));
                }
            }
            large = get(opened.pool.usage());
        }
        try (Opened opened = new Opened(2)) {
            PoolUsage again = get(opened.pool.usage());
            assertThat(again.capacityBytes()).isEqualTo(large.capacityBytes());
            assertThat(large.reserveBytes()).isEqualTo(again.reserveBytes());
            PoolDisks.Disk last = opened.status().disks().get(2);
            get(opened.pool.disks().remove(last.id()));
            opened.awaits("a disk is gone", now -> now.disks().size() == 2 && isWhole(now));
            small = get(opened.pool.usage());
            assertThat(small.capacityBytes()).isLessThan(large.capacityBytes());
            opened.sound();
        }
        try (Opened opened = new Opened(2)) {
            PoolUsage again = get(opened.pool.usage());
            assertThat(again.capacityBytes()).isEqualTo(small.capacityBytes());
            assertThat(small.reserveBytes()).isEqualTo(again.reserveBytes());
            opened.sound();
        }
    }

    @Test
    void aDiskOfAnotherPoolIsLeftAlone() throws Exception {
        try (Opened other = new Opened(1)) {
            other.writeAll();
        }
        Path foreign = disk(0).resolve("disk0.sandstone");
        Path mine = temp.resolve("foreign.image");
        Files.move(foreign, mine);
        try (Stream<Path> metadata = Files.walk(temp.resolve("array"))) {
            metadata.sorted(Comparator.reverseOrder()).forEach(PoolDisksTest::delete);
        }
        try (Opened opened = new Opened(1)) {
            assertThat(refusal(opened.pool.disks().add(new PoolDisks.NewDisk(mine, 0))))
                    .isEqualTo(EngineStatus.EXISTS);
            Path tiny = temp.resolve("tiny.image");
            Files.write(tiny, new byte[1 << 20]);
            assertThat(refusal(opened.pool.disks().add(new PoolDisks.NewDisk(tiny, 0))))
                    .isEqualTo(EngineStatus.SPACE_EXHAUSTED);
        }
        assertThatThrownBy(() -> Pools.open(config(1).withMirrors(List.of(mine), 2), new ThreadLoop("unused")))
                .hasMessageContaining("belongs to pool");
    }

    @Test
    void oneRottenDiskIsRepairedAndAScrubIsRememberedAndPaused() throws Exception {
        try (Opened opened = new Opened(2)) {
            opened.writeAll();
        }
        rot(disk(1).resolve("disk0.sandstone"), 40);
        try (Opened opened = new Opened(2)) {
            get(opened.pool.disks().scheduleScrub(Duration.ofDays(3)));
            assertThat(refusal(opened.pool.disks().scheduleScrub(Duration.ofMinutes(1))))
                    .isEqualTo(EngineStatus.OUT_OF_RANGE);
            get(opened.pool.disks().startScrub());
            get(opened.pool.disks().pauseScrub());
            assertThat(opened.status().scrub().state()).isEqualTo(PoolDisks.ScrubState.PAUSED);
        }
        try (Opened opened = new Opened(2)) {
            PoolDisks.Scrub scrub = opened.status().scrub();
            assertThat(scrub.state()).isEqualTo(PoolDisks.ScrubState.PAUSED);
            assertThat(scrub.interval()).isEqualTo(Duration.ofDays(3));
            get(opened.pool.disks().startScrub());
            scrub = opened.awaits("a scrub", now -> now.scrub().state() == PoolDisks.ScrubState.IDLE)
                    .scrub();
            assertThat(scrub.damaged()).isZero();
            assertThat(scrub.repaired()).isPositive();
            opened.sound();
        }
        Files.delete(disk(0).resolve("disk0.sandstone"));
        try (Opened opened = new Opened(2)) {
            opened.sound();
        }
    }

    private static void delete(Path path) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void truncate(Path image, long size) throws IOException {
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.WRITE)) {
            file.truncate(size);
        }
    }

    /** Flips bits of what was written: in the first segments, behind the superblocks. */
    private void rot(Path image, int flips) throws IOException {
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            for (int i = 0; i < flips; i++) {
                long at = (64L << 10) + random.nextInt(8 << 20);
                ByteBuffer one = ByteBuffer.allocateDirect(1);
                file.read(one, at);
                one.put(0, (byte) (one.get(0) ^ 1 << random.nextInt(8)));
                file.write(one.flip(), at);
            }
        }
    }
}
