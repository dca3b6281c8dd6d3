package dev.sandstone.engine.volume;

import dev.sandstone.engine.store.Disks;
import dev.sandstone.engine.store.PoolFileIo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A pool on a file is filled by random writes of 4 KiB until nothing fits, and at that brim goes on: overwrites, snapshots,
 * UNMAP, deletion, being opened again; all it holds is read and the verifier asked. Also a program:
 * {@code BrimCampaign FOLDER CYCLES [SEED]}.
 */
public final class BrimCampaign implements AutoCloseable {
    private static final long CAPACITY = 64L << 20;

    /** As many as the smallest pool that an administrator may make has, whatever the capacity. */
    private static final int SEGMENTS = 16;

    private static final int DEPTH = 16;
    private static final int ROUNDS = 2;
    private static final int POOLS = 4;
    private static final int TRIES = 20;

    private final Path folder;
    private final long seed;
    private final Random random;
    private final long capacity;
    private final Path image;
    private FilePool opened;
    private long ids;
    private Counts counts = new Counts(0, 0, 0, 0, 0);

    /** What was done; {@code refused}: snapshots for which there was no room. */
    record Counts(long cycles, long writes, long atTheBrim, long snapshots, long refused) {}

    BrimCampaign(Path folder, long seed, long capacity) throws Exception {
        this.folder = folder;
        this.seed = seed;
        this.capacity = capacity;
        random = new Random(seed);
        image = Disks.image(folder);
        FilePool.format(List.of(image), capacity, Math.toIntExact(capacity / SEGMENTS), random);
        opened = open();
    }

    private FilePool open() throws Exception {
        return FilePool.open(folder.resolve("array"), List.of(image), PoolFileIo::open, random);
    }

    Counts counts() {
        return counts;
    }

    private Pool pool() {
        return opened.pool();
    }

    /** A volume as large as the pool, made, filled and destroyed; at the brim so many rounds. */
    void cycle(int rounds) throws Exception {
        WritePolicy policy = random.nextInt(3) == 0 ? WritePolicy.WRITE_BACK : WritePolicy.DURABLE;
        VolumeId id = new VolumeId(new UUID(seed, ++ids));
        StampedVolume volume =
                new StampedVolume(get(pool().create(new VolumeSpec(id, capacity / VolumeSpec.BLOCK_BYTES, policy))));
        long written = fill(volume);
        long brim = 0;
        for (int round = 0; round < rounds; round++) {
            brim += overwrite(volume, some(volume, 50));
            keepAndRelease(volume);
            volume.verify();
            if (random.nextInt(4) == 0) {
                volume = reopened(volume);
            }
        }
        unmapAndRefill(volume);
        volume.verify();
        sound();
        get(pool().destroy(id));
        counts = new Counts(
                counts.cycles + 1,
                counts.writes + written + brim,
                counts.atTheBrim + brim,
                counts.snapshots,
                counts.refused);
    }

    private long fill(StampedVolume volume) throws Exception {
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, volume.blocks()).boxed().toList());
        Collections.shuffle(order, random);
        int written = volume.write(order, DEPTH);
        if (written == order.size()) {
            throw new AssertionError("the pool took more than it has");
        }
        return written;
    }

    /** Some of the blocks that hold data, up to one in so many. */
    private List<Integer> some(StampedVolume volume, int oneIn) {
        long[] content = volume.content();
        List<Integer> some = IntStream.range(0, content.length)
                .filter(block -> content[block] != 0 && random.nextInt(oneIn) == 0)
                .boxed()
                .collect(Collectors.toCollection(ArrayList::new));
        Collections.shuffle(some, random);
        return some;
    }

    /** Each takes effect or is refused for want of room. */
    private static int overwrite(StampedVolume volume, List<Integer> blocks) throws Exception {
        return volume.write(blocks, DEPTH);
    }

    /** What a snapshot keeps is room again when it is deleted, for as many blocks as were overwritten. */
    private void keepAndRelease(StampedVolume volume) throws Exception {
        volume.unmap(some(volume, 6));
        SnapshotId id = take(volume);
        if (id == null) {
            return;
        }
        long[] kept = volume.content();
        List<Integer> changed = some(volume, 4);
        int written = volume.write(changed, DEPTH);
        StampedVolume.verify(get(pool().timeline().view(id)), kept);
        get(pool().timeline().delete(List.of(id)));
        List<Integer> again = changed.subList(0, written / 2);
        int taken = volume.write(again, DEPTH);
        if (taken != again.size()) {
            throw new AssertionError(
                    "a deleted snapshot had kept " + written + " blocks, and only " + taken + " fit then");
        }
    }

    private @Nullable SnapshotId take(StampedVolume volume) throws Exception {
        for (int i = 0; i < TRIES; i++) {
            SnapshotId id = new SnapshotId(new UUID(~seed, ++ids));
            try {
                get(pool().timeline()
                        .take(List.of(
                                new Timeline.SnapshotSpec(id, volume.volume().id()))));
                counts = new Counts(
                        counts.cycles, counts.writes, counts.atTheBrim, counts.snapshots + 1, counts.refused);
                return id;
            } catch (EngineException refused) {
                if (refused.status() != EngineStatus.SPACE_EXHAUSTED && refused.status() != EngineStatus.BUSY) {
                    throw refused;
                }
                counts = new Counts(
                        counts.cycles, counts.writes, counts.atTheBrim, counts.snapshots, counts.refused + 1);
                get(pool().usage());
            }
        }
        return null;
    }

    private void unmapAndRefill(StampedVolume volume) throws Exception {
        List<Integer> freed = some(volume, 2);
        for (int at = 0; at < freed.size(); at += DEPTH) {
            volume.unmap(freed.subList(at, Math.min(at + DEPTH, freed.size())));
        }
        List<Integer> again = freed.subList(0, freed.size() / 2);
        int written = volume.write(again, DEPTH);
        if (written != again.size()) {
            throw new AssertionError(freed.size() + " blocks were given back, and only " + written + " fit then");
        }
    }

    private StampedVolume reopened(StampedVolume volume) throws Exception {
        opened.close();
        opened = open();
        StampedVolume again =
                new StampedVolume(volume, pool().volume(volume.volume().id()).orElseThrow());
        again.verify();
        return again;
    }

    private void sound() throws Exception {
        List<String> problems = get(pool().check());
        PoolUsage usage = get(pool().usage());
        long sum = usage.liveBytes()
                + usage.garbageBytes()
                + usage.freeBytes()
                + usage.reserveBytes()
                + usage.metadataBytes();
        if (!problems.isEmpty() || sum != usage.capacityBytes()) {
            throw new AssertionError("the verifier says " + problems + ", the account " + usage);
        }
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        try {
            return stage.toCompletableFuture().orTimeout(120, TimeUnit.SECONDS).join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof EngineException why ? why : failed;
        }
    }

    @Override
    public void close() {
        opened.close();
    }

    /** Runs the cycles, on some pools at once: at the brim a pool waits most of the time. */
    public static void main(String[] arguments) throws Exception {
        int cycles = Integer.parseInt(arguments[1]);
        long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : 1;
        long began = System.nanoTime();
        AtomicInteger left = new AtomicInteger(cycles);
        List<CompletableFuture<Counts>> pools = new ArrayList<>();
        for (int i = 0; i < POOLS; i++) {
            Path folder = Files.createDirectories(Path.of(arguments[0], "p" + i));
            CompletableFuture<Counts> counts = new CompletableFuture<>();
            long own = seed + i;
            Thread.ofPlatform().name("brim-" + i).start(() -> {
                try {
                    counts.complete(run(folder, own, left));
                } catch (Exception | Error failed) {
                    counts.completeExceptionally(failed);
                }
            });
            pools.add(counts);
        }
        for (CompletableFuture<Counts> pool : pools) {
            System.out.println(pool.join());
        }
        System.out.println(cycles + " cycles, " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began) + " s");
    }

    private static Counts run(Path folder, long seed, AtomicInteger left) throws Exception {
        try (BrimCampaign campaign = new BrimCampaign(folder, seed, CAPACITY)) {
            while (left.getAndDecrement() > 0) {
                campaign.cycle(ROUNDS);
                System.out.println("seed " + seed + ": " + campaign.counts());
            }
            return campaign.counts();
        }
    }
}
