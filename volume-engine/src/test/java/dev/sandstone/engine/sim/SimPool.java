package dev.sandstone.engine.sim;

import dev.sandstone.engine.cache.BlockCache;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.ModelMetadataStore;
import dev.sandstone.engine.store.DiskStore;
import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.volume.LogPool;
import dev.sandstone.engine.volume.PoolParts;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The real pool on a simulated machine: what survives power loss (the medium, what the metadata model kept), and one
 * life after the other on it.
 */
final class SimPool {
    private static final long METADATA_NANOS = 3_000_000;
    private static final long STUCK_NANOS = 300_000_000_000L;

    private final Random random;
    private final SimSetup setup;
    private final SimMedium medium;
    private final SimFaults faults;
    private UnaryOperator<MetadataStore> metadataAs = UnaryOperator.identity();
    private ModelMetadataStore metadata;
    private SimLoop loop;
    private @Nullable SimDisk disk;
    private @Nullable DiskStore store;
    private @Nullable LogPool pool;

    /** A pool that was just formatted. */
    SimPool(Random random, SimSetup setup) throws StoreException {
        this.random = random;
        this.setup = setup;
        this.medium = new SimMedium(setup.diskBytes());
        this.faults = new SimFaults(random);
        this.metadata = new ModelMetadataStore();
        loop = new SimLoop(random, 1);
        SimDisk fresh = new SimDisk(medium, loop, random, faults);
        DiskStore.format(
                fresh,
                new DiskStore.Format(
                        new UUID(random.nextLong(), random.nextLong()),
                        new UUID(random.nextLong(), random.nextLong()),
                        setup.segmentBytes()));
    }

    /** A pool that was closed, or lost power, with this left of it. */
    SimPool(Random random, SimSetup setup, SimMedium medium, ModelMetadataStore metadata) {
        this.random = random;
        this.setup = setup;
        this.medium = medium;
        this.metadata = metadata;
        faults = new SimFaults(random);
        loop = new SimLoop(random, 1);
    }

    /** What the engine is given for its metadata store, made of the real model. */
    void metadataAs(UnaryOperator<MetadataStore> as) {
        metadataAs = as;
    }

    SimSetup setup() {
        return setup;
    }

    SimFaults faults() {
        return faults;
    }

    SimMedium medium() {
        return medium;
    }

    SimLoop loop() {
        return loop;
    }

    ModelMetadataStore metadata() {
        return metadata;
    }

    LogPool pool() {
        LogPool open = pool;
        if (open == null) {
            throw new IllegalStateException("the pool is not open");
        }
        return open;
    }

    /** Starts the machine and opens the pool. May lose power meanwhile ({@link SimCrash}). */
    void open() throws StoreException {
        loop = new SimLoop(random, loop.nanoTime());
        SimDisk fresh = new SimDisk(medium, loop, random, faults);
        disk = fresh;
        DiskStore opened = DiskStore.open(fresh, loop, null);
        store = opened;
        pool = LogPool.open(
                new PoolParts(
                                loop,
                                opened,
                                metadataAs.apply(metadata),
                                loop.thread(METADATA_NANOS),
                                loop.thread(METADATA_NANOS),
                                setup.limits(),
                                random)
                        .with(new BlockCache(setup.contentBytes())),
                () -> {});
    }

    /** What the pool writes to. */
    DiskStore store() {
        DiskStore open = store;
        if (open == null) {
            throw new IllegalStateException("the pool is not open");
        }
        return open;
    }

    /** Loses power. */
    void crash(Tear tear) {
        lose(tear);
        metadata = metadata.crash(random);
    }

    /** Loses power, and of the map all that was not flushed. */
    void crashToFlushedMap(Tear tear) {
        lose(tear);
        metadata = metadata.crash(0);
    }

    private void lose(Tear tear) {
        loop.drop();
        if (disk != null) {
            disk.crash(tear);
        }
        disk = null;
        store = null;
        pool = null;
    }

    /** Ends in order; whoever has operations under way gets them ended. */
    void close() {
        LogPool open = pool();
        await("the end of the pool", open.shutDown());
        metadata.flush();
        metadata = metadata.crash(0);
        loop.drop();
        disk = null;
        store = null;
        pool = null;
    }

    /** Runs the machine until the stage has ended; its failure is thrown as it is. */
    <T extends @Nullable Object> T await(String what, CompletionStage<T> stage) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        long limit = loop.nanoTime() + STUCK_NANOS;
        while (!future.isDone()) {
            if (!loop.runOne() || loop.nanoTime() > limit) {
                throw new SimProblem("stuck: " + what + " never comes");
            }
        }
        return future.join();
    }

    /** Runs the machine for so many tasks at most; false when nothing is left to do. */
    boolean run(int tasks) {
        for (int i = 0; i < tasks; i++) {
            if (!loop.runOne()) {
                return false;
            }
        }
        return true;
    }
}
