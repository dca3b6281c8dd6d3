package dev.sandstone.engine.sim;

import dev.sandstone.engine.cache.BlockCache;
import dev.sandstone.engine.cleaner.ScrubMemory;
import dev.sandstone.engine.meta.ModelMetadataStore;
import dev.sandstone.engine.store.DiskStore;
import dev.sandstone.engine.store.FileIo;
import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.store.TestMirrors;
import dev.sandstone.engine.store.Witness;
import dev.sandstone.engine.volume.LogPool;
import dev.sandstone.engine.volume.PoolDisks;
import dev.sandstone.engine.volume.PoolParts;
import dev.sandstone.engine.volume.PoolTools;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The real pool on a simulated machine with several disks, which may be away, die and come back; see {@link SimPool}. */
final class SimMirror {
    private static final long METADATA_NANOS = 3_000_000;
    private static final long STUCK_NANOS = 6_000_000_000_000L;

    private final Random random;
    private final SimSetup setup;
    private final Map<String, SimMedium> media = new LinkedHashMap<>();
    private final Map<String, SimFaults> faults = new LinkedHashMap<>();
    private final Map<String, SimDisk> disks = new LinkedHashMap<>();
    private final ScrubMemory memory = ScrubMemory.none();
    private final Remembered witness = new Remembered();
    private ModelMetadataStore metadata = new ModelMetadataStore();
    private SimLoop loop;
    private @Nullable LogPool pool;

    /** A witness that survives. */
    private static final class Remembered implements Witness {
        private long generation;
        private List<Place> places = List.of();

        @Override
        public long generation() {
            return generation;
        }

        @Override
        public List<Place> places() {
            return places;
        }

        @Override
        public void saw(long newest, List<Place> where) {
            generation = newest;
            places = List.copyOf(where);
        }
    }

    /** A pool that was just formatted, on so many disks. */
    SimMirror(Random random, SimSetup setup, int count) throws StoreException {
        this.random = random;
        this.setup = setup;
        loop = new SimLoop(random, 1);
        UUID id = new UUID(random.nextLong(), random.nextLong());
        List<UUID> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(new UUID(random.nextLong(), i));
        }
        for (UUID member : members) {
            String name = blank();
            DiskStore.format(
                    power(name), new DiskStore.Format(id, member, setup.segmentBytes(), members, Math.min(count, 2)));
        }
    }

    /** The same as another one that was closed, on media of its own. */
    SimMirror(Random random, SimMirror other) {
        this.random = random;
        setup = other.setup;
        loop = new SimLoop(random, 1);
        other.media.forEach((name, medium) -> {
            media.put(name, new SimMedium(medium));
            faults.put(name, new SimFaults(random));
        });
        witness.generation = other.witness.generation;
        witness.places = other.witness.places;
        metadata = other.metadata.crash(0);
    }

    private String blank() {
        String name = "/disk" + media.size();
        media.put(name, new SimMedium(setup.diskBytes()));
        faults.put(name, new SimFaults(random));
        return name;
    }

    private SimDisk power(String name) {
        SimMedium medium = media.get(name);
        SimFaults its = faults.get(name);
        if (medium == null || its == null) {
            throw new IllegalArgumentException(name);
        }
        SimDisk disk = new SimDisk(medium, loop, random, its);
        disks.put(name, disk);
        return disk;
    }

    List<String> names() {
        return List.copyOf(media.keySet());
    }

    SimFaults faults(String name) {
        SimFaults its = faults.get(name);
        if (its == null) {
            throw new IllegalArgumentException(name);
        }
        return its;
    }

    SimMedium medium(String name) {
        SimMedium its = media.get(name);
        if (its == null) {
            throw new IllegalArgumentException(name);
        }
        return its;
    }

    /** The disks were put back to what they were. */
    void forgetGenerations() {
        witness.generation = 0;
    }

    void calm() {
        faults.values().forEach(SimFaults::none);
    }

    SimLoop loop() {
        return loop;
    }

    LogPool pool() {
        LogPool open = pool;
        if (open == null) {
            throw new IllegalStateException("the pool is not open");
        }
        return open;
    }

    /** Starts the machine without some disks. May lose power meanwhile ({@link SimCrash}). */
    void open(List<String> away) throws StoreException {
        loop = new SimLoop(random, loop.nanoTime());
        disks.clear();
        Map<String, FileIo> there = new LinkedHashMap<>();
        for (String name : names()) {
            if (!away.contains(name)) {
                there.put(name, power(name));
            }
        }
        pool = LogPool.open(
                new PoolParts(
                        loop,
                        TestMirrors.open(there, loop, witness),
                        metadata,
                        loop.thread(METADATA_NANOS),
                        loop.thread(METADATA_NANOS),
                        setup.limits(),
                        new BlockCache(setup.contentBytes()),
                        random,
                        new PoolTools(loop.thread(METADATA_NANOS), memory, this::make)),
                () -> {});
    }

    private PoolTools.Made make(Path path, long bytes, DiskStore.Format format) throws StoreException {
        SimDisk disk = power(path.toString());
        DiskStore.format(disk, format);
        return new PoolTools.Made(path, TestMirrors.member(disk, loop));
    }

    /** A new disk for a pool that is open. */
    PoolDisks.NewDisk spare() {
        return new PoolDisks.NewDisk(Path.of(blank()), 0);
    }

    /** Loses power. */
    void crash(Tear tear) {
        loop.drop();
        disks.values().forEach(disk -> disk.crash(tear));
        disks.clear();
        pool = null;
        metadata = metadata.crash(random);
    }

    /** Ends in order. */
    void close() {
        await("the end of the pool", pool().shutDown());
        metadata.flush();
        metadata = metadata.crash(0);
        loop.drop();
        disks.clear();
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

    void run(int tasks) {
        for (int i = 0; i < tasks && loop.runOne(); i++) {
            // One task after the other.
        }
    }

    PoolDisks.Status status() {
        return await("the state of the disks", pool().disks().status());
    }
}
