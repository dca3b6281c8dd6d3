package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.loop.QueueLoop;
import dev.sandstone.engine.map.MapLimits;
import dev.sandstone.engine.meta.ModelMetadataStore;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Many operations at once on a small pool that cleans all the time, on disks that answer in any order, with crashes: a
 * run is a function of its seed.
 */
class CrashHistoryTest {
    private static final int SEEDS = Integer.getInteger("sandstone.history.seeds", 30);
    private static final long FIRST = Long.getLong("sandstone.seed", 1);
    private static final int LIVES = 4;
    private static final int OPERATIONS = 800;
    private static final int DEPTH = 24;
    private static final int SEGMENT_BYTES = 256 << 10;
    private static final int SLOTS = 26;
    private static final int BLOCKS = 8 * 256;
    private static final int MOST_BLOCKS = 128;
    private static final int BLOCK = VolumeSpec.BLOCK_BYTES;
    private static final MapLimits LIMITS = new MapLimits(1 << 20, 1 << 20, 200, 64 << 10, 3_000_000, 10_000_000, 64);

    static LongStream seeds() {
        return LongStream.range(FIRST, FIRST + SEEDS);
    }

    /** One volume with what it may hold. */
    private static final class Subject {
        final VolumeId id;
        final WritePolicy policy;
        final History history;

        @Nullable
        Volume volume;

        long flushed;

        Subject(VolumeId id, WritePolicy policy) {
            this.id = id;
            this.policy = policy;
            history = new History(policy + " volume", BLOCKS, policy == WritePolicy.DURABLE);
        }

        Volume volume() {
            Volume open = volume;
            if (open == null) {
                throw new IllegalStateException("the pool is not open");
            }
            return open;
        }
    }

    /** Runs its tasks one after the other, each some time after it was given. */
    private static final class LateExecutor implements Executor {
        private final QueueLoop loop;
        private final Random random;
        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        private boolean running;

        LateExecutor(QueueLoop loop, Random random) {
            this.loop = loop;
            this.random = random;
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
            next();
        }

        private void next() {
            Runnable task = running ? null : tasks.poll();
            if (task != null) {
                running = true;
                loop.schedule(
                        () -> {
                            task.run();
                            running = false;
                            next();
                        },
                        random.nextLong(500_000));
            }
        }
    }

    private Random random = new Random(0);
    private QueueLoop loop = new QueueLoop();
    private int underWay;

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsReadIsWhatWasWritten(long seed) throws Exception {
        random = new Random(seed);
        loop = new QueueLoop();
        CrashStore store = new CrashStore(random, loop, SEGMENT_BYTES, SLOTS);
        ModelMetadataStore metadata = new ModelMetadataStore();
        List<Subject> subjects = List.of(
                new Subject(new VolumeId(new UUID(seed, 1)), WritePolicy.DURABLE),
                new Subject(new VolumeId(new UUID(seed, 2)), WritePolicy.WRITE_BACK));
        for (int life = 0; life < LIVES; life++) {
            LogPool pool = open(store, metadata);
            for (Subject subject : subjects) {
                subject.volume = pool.volume(subject.id).isPresent()
                        ? pool.volume(subject.id).orElseThrow()
                        : await(pool.create(new VolumeSpec(subject.id, BLOCKS, subject.policy)));
                verify(subject);
            }
            assertThat(await(pool.check())).as("seed %d life %d", seed, life).isEmpty();
            boolean crashes = life < LIVES - 1;
            run(subjects, crashes ? OPERATIONS / 2 + random.nextInt(OPERATIONS) : OPERATIONS);
            if (!crashes) {
                drain();
                assertThat(await(pool.check())).as("seed %d at the end", seed).isEmpty();
                await(pool.shutDown());
            }
            underWay = 0;
            loop = new QueueLoop();
            store = store.crash(loop);
            metadata = metadata.crash(random);
        }
        assertThat(store.reused()).as("seed %d: segments given back", seed).isGreaterThan(10);
    }

    private LogPool open(CrashStore store, ModelMetadataStore metadata) throws Exception {
        LateExecutor writer = new LateExecutor(loop, random);
        LateExecutor readers = new LateExecutor(loop, random);
        return LogPool.open(new PoolParts(loop, store, metadata, writer, readers, LIMITS, random), () -> {});
    }

    /** The whole volume in one read, which also settles what the crash left open. */
    private void verify(Subject subject) {
        ByteBuffer all = ByteBuffer.allocateDirect(BLOCKS * BLOCK);
        CompletableFuture<EngineStatus> done = new CompletableFuture<>();
        subject.volume().read(0, all, (status, detail) -> done.complete(status));
        assertThat(await(done)).isEqualTo(EngineStatus.OK);
        subject.history.recovered(SyncVolume.bytes(all), subject.flushed);
    }

    private void run(List<Subject> subjects, int operations) {
        for (int i = 0; i < operations; i++) {
            while (underWay >= DEPTH) {
                turn();
            }
            start(subjects.get(random.nextInt(subjects.size())));
            for (int turns = random.nextInt(6); turns > 0; turns--) {
                turn();
            }
        }
    }

    private void drain() {
        while (underWay > 0) {
            turn();
        }
    }

    private void turn() {
        if (!loop.runOne()) {
            loop.advance(20_000);
        }
    }

    private <T extends @Nullable Object> T await(CompletionStage<T> stage) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        for (int turns = 0; !future.isDone(); turns++) {
            assertThat(turns).as("it ends at last").isLessThan(5_000_000);
            turn();
        }
        return future.join();
    }

    private void start(Subject subject) {
        int count = 1 + random.nextInt(random.nextInt(3) == 0 ? MOST_BLOCKS : 24);
        int lba = random.nextInt(BLOCKS - count);
        if (random.nextBoolean()) {
            lba = lba / 8 * 8;
            count = Math.min(MOST_BLOCKS, Math.ceilDiv(count, 8) * 8);
            lba = Math.min(lba, BLOCKS - count);
        }
        underWay++;
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3, 4 -> write(subject, subject.history.begin(lba, count, false));
            case 5, 6, 7 -> read(subject, lba, count);
            case 8 -> discard(subject, subject.history.begin(lba, count, true));
            default -> flush(subject);
        }
    }

    private void write(Subject subject, History.Change change) {
        ByteBuffer src = SyncVolume.direct(change.bytes());
        boolean fua = random.nextInt(8) == 0;
        subject.volume().write(change.lba, src, fua, (status, detail) -> ended(subject, change, status));
    }

    private void discard(Subject subject, History.Change change) {
        BlockRange range = new BlockRange(change.lba, change.blocks);
        Completion done = (status, detail) -> ended(subject, change, status);
        if (random.nextBoolean()) {
            subject.volume().unmap(List.of(range), done);
        } else {
            subject.volume().writeZeros(range, false, done);
        }
    }

    private void ended(Subject subject, History.Change change, EngineStatus status) {
        underWay--;
        switch (status) {
            case OK -> subject.history.succeeded(change);
            case BUSY, SPACE_EXHAUSTED -> subject.history.refused(change);
            default -> throw new AssertionError("change ended with " + status);
        }
    }

    private void read(Subject subject, int lba, int count) {
        ByteBuffer dst = ByteBuffer.allocateDirect(count * BLOCK);
        long began = subject.history.now();
        subject.volume().read(lba, dst, (status, detail) -> {
            underWay--;
            assertThat(status).isEqualTo(EngineStatus.OK);
            subject.history.read(lba, SyncVolume.bytes(dst), began);
        });
    }

    private void flush(Subject subject) {
        long began = subject.history.now();
        subject.volume().flush((status, detail) -> {
            underWay--;
            assertThat(status).isEqualTo(EngineStatus.OK);
            subject.flushed = Math.max(subject.flushed, began);
        });
    }
}
