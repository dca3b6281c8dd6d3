package dev.sandstone.engine.volume;

import dev.sandstone.engine.loop.ThreadLoop;
import dev.sandstone.engine.store.Disks;
import dev.sandstone.engine.store.PoolFileIo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A pool of three disks, which are files, loses one after the other under load, and each is replaced and rebuilt under load:
 * no initiator sees an error, every block reads as it was written, from each copy, and the verifier finds nothing. Also a
 * program: {@code LossCampaign FOLDER LOSSES [SEED]}.
 */
public final class LossCampaign implements AutoCloseable {
    private static final long DISK = 96L << 20;
    private static final int DISKS = 3;
    private static final int BLOCKS = (24 << 20) / StampedVolume.BYTES;
    private static final int DEPTH = 8;
    private static final long CACHE_BYTES = 16L << 20;
    private static final long LIMIT_SECONDS = 120;
    private static final VolumeId ID = new VolumeId(new UUID(9, 9));

    private final Path folder;
    private final Random random;
    private final Map<Path, PulledDisk> files = new LinkedHashMap<>();
    private final List<Path> places = new ArrayList<>();
    private FilePool opened;
    private StampedVolume volume;
    private int made;
    private long writes;
    private int returned;

    LossCampaign(Path folder, long seed) throws Exception {
        this.folder = Files.createDirectories(folder).toRealPath();
        random = new Random(seed);
        List<Path> folders = new ArrayList<>();
        for (int i = 0; i < DISKS; i++) {
            folders.add(this.folder.resolve("d" + made++));
        }
        PoolConfig config = new PoolConfig(
                PoolConfig.Medium.FOLDER, folders.get(0), this.folder.resolve("array/map"), DISK, CACHE_BYTES, false);
        try (ThreadLoop loop = new ThreadLoop("test-shard");
                Pool pool = Pools.create(config.withMirrors(folders.subList(1, DISKS), 2), loop)) {
            long blocks = (long) BLOCKS * StampedVolume.BYTES / VolumeSpec.BLOCK_BYTES;
            get(pool.create(new VolumeSpec(ID, blocks, WritePolicy.DURABLE)));
        }
        folders.forEach(one -> places.add(Disks.image(one)));
        opened = open();
        volume = new StampedVolume(opened.pool().volume(ID).orElseThrow());
        write(1);
    }

    /** On files that can be pulled out. */
    private FilePool open() throws Exception {
        return FilePool.open(
                folder.resolve("array"),
                places,
                (path, on) -> {
                    PulledDisk disk = new PulledDisk(PoolFileIo.open(path, on), on);
                    files.put(path, disk);
                    return disk;
                },
                random);
    }

    long writes() {
        return writes;
    }

    /** Disks that were taken back. */
    int returned() {
        return returned;
    }

    /**
     * One disk is lost and replaced, while the load goes on; in one of three times the pool is opened without it, in one it
     * is the same disk that comes back.
     */
    void loss() throws Exception {
        Path lost = pull();
        int way = random.nextInt(3);
        if (way == 1) {
            comesBack(lost);
            return;
        }
        if (way == 0) {
            opened.close();
            places.remove(lost);
            Files.delete(lost);
            opened = open();
            volume = new StampedVolume(volume, opened.pool().volume(ID).orElseThrow());
            write(3);
        } else {
            places.remove(lost);
        }
        PoolDisks.Disk disk = failed(get(opened.pool().disks().status()));
        if (disk == null) {
            throw new AssertionError("the lost disk takes part");
        }
        Path next = folder.resolve("d" + made++);
        get(opened.pool().disks().replace(disk.id(), new PoolDisks.NewDisk(next, DISK)));
        places.add(Disks.image(next));
        whole();
        Files.deleteIfExists(lost);
    }

    /** Pulls out a disk. */
    Path pull() throws Exception {
        Path lost = places.get(random.nextInt(places.size()));
        file(lost).pull();
        awaits("a disk that has failed", status -> failed(status) != null);
        return lost;
    }

    /** The disk is plugged in again, has missed what was written meanwhile, and takes part again. */
    void comesBack(Path lost) throws Exception {
        write(2);
        PoolDisks.Disk away = failed(get(opened.pool().disks().status()));
        PoolDisks.Disk back = away != null && random.nextBoolean()
                ? get(opened.pool().disks().replace(away.id(), new PoolDisks.NewDisk(lost, 0)))
                : add(lost);
        if (back.state() != PoolDisks.DiskState.STALE) {
            throw new AssertionError("a disk that was away is " + back);
        }
        returned++;
        whole();
    }

    PoolDisks.Disk add(Path place) {
        return get(opened.pool().disks().add(new PoolDisks.NewDisk(place, 0)));
    }

    private void whole() throws Exception {
        awaits(
                "two copies of all",
                status -> status.redundancy().isWhole()
                        && status.rebuild().left() == 0
                        && status.disks().stream().allMatch(disk -> disk.state() == PoolDisks.DiskState.ACTIVE));
        volume.verify();
        List<String> problems = get(opened.pool().check());
        if (!problems.isEmpty()) {
            throw new AssertionError("the verifier says " + problems);
        }
    }

    private PulledDisk file(Path path) {
        PulledDisk disk = files.get(path);
        if (disk == null) {
            throw new AssertionError(path + " is not one of " + files.keySet());
        }
        return disk;
    }

    private static PoolDisks.@Nullable Disk failed(PoolDisks.Status status) {
        return status.disks().stream()
                .filter(disk -> disk.state() == PoolDisks.DiskState.FAILED)
                .findFirst()
                .orElse(null);
    }

    /** Writes one in so many of the blocks. */
    private void write(int oneIn) throws Exception {
        List<Integer> some = new ArrayList<>(IntStream.range(0, BLOCKS)
                .filter(block -> random.nextInt(oneIn) == 0)
                .boxed()
                .toList());
        Collections.shuffle(some, random);
        int written = volume.write(some, DEPTH);
        if (written < some.size()) {
            throw new AssertionError("no room for " + some.size() + " writes, only for " + written);
        }
        writes += written;
    }

    /** The load goes on until it is so. */
    private void awaits(String what, Predicate<PoolDisks.Status> wanted) throws Exception {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        PoolDisks.Status status = get(opened.pool().disks().status());
        while (!wanted.test(status)) {
            if (System.nanoTime() > limit) {
                throw new AssertionError(what + " never comes; now " + status);
            }
            write(20);
            status = get(opened.pool().disks().status());
        }
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        opened.close();
    }

    /** Runs the losses. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        int losses = Integer.parseInt(arguments[1]);
        long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : 1;
        long began = System.nanoTime();
        try (LossCampaign campaign = new LossCampaign(folder, seed)) {
            for (int i = 1; i <= losses; i++) {
                campaign.loss();
                long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
                System.out.println(i + " losses, " + campaign.writes() + " writes, " + seconds + " s");
            }
        }
    }
}
