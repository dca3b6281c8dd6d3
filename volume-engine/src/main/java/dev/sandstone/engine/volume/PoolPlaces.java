package dev.sandstone.engine.volume;

import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.store.DiskStore;
import dev.sandstone.engine.store.Disks;
import dev.sandstone.engine.store.FileIoFactory;
import dev.sandstone.engine.store.FileTraffic;
import dev.sandstone.engine.store.FileWitness;
import dev.sandstone.engine.store.MirrorStore;
import dev.sandstone.engine.store.PoolFileIo;
import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.store.ring.RingFileIo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;

/** Where the disks of a pool are, and what they are made and opened with. Blocking. */
final class PoolPlaces {
    /** Beside the metadata: where the disks were last, and how far they had come. */
    private static final String WITNESS = "disks";

    /** Beside it: how far the scrub is. */
    private static final String SCRUB = "scrub";

    private PoolPlaces() {}

    /** Whether there is a pool, or there are traces of one. */
    static boolean exists(PoolConfig config) {
        return config.medium() != PoolConfig.Medium.MEMORY
                && (Disks.exists(disk(config)) || Files.exists(witness(config)));
    }

    /** Makes the disks of a new pool. The first one comes last: while it is not there, neither is the pool. */
    static void format(PoolConfig config, int segmentBytes, ShardLoop loop) throws StoreException {
        UUID pool = UUID.randomUUID();
        List<Path> paths = disks(config);
        List<UUID> ids = paths.stream().map(path -> UUID.randomUUID()).toList();
        int copies = Math.min(config.copies(), paths.size());
        for (int i = paths.size() - 1; i >= 0; i--) {
            DiskStore.Format format = new DiskStore.Format(pool, ids.get(i), segmentBytes, ids, copies);
            if (config.medium() == PoolConfig.Medium.FOLDER) {
                Disks.createImage(paths.get(i), config.capacityBytes(), format, files(config), loop);
            } else {
                Disks.format(paths.get(i), format, files(config), loop);
            }
        }
    }

    /** Opens the disks. */
    static MirrorStore open(PoolConfig config, ShardLoop loop, FileTraffic traffic) throws StoreException {
        return Disks.openAll(disks(config), traffic.counting(files(config)), loop, new FileWitness(witness(config)));
    }

    /** The folder of the map. */
    static Path metadata(PoolConfig config) {
        Path folder = config.metadata();
        if (folder == null) {
            throw new IllegalArgumentException("a pool on disk needs a folder for its metadata");
        }
        return folder;
    }

    static FileIoFactory files(PoolConfig config) {
        return config.ring() ? RingFileIo::open : PoolFileIo::open;
    }

    /** What looks after the disks. */
    static PoolTools tools(PoolConfig config, ShardLoop loop, Executor executor, FileTraffic traffic) {
        if (config.medium() == PoolConfig.Medium.MEMORY) {
            return PoolTools.plain(executor);
        }
        return new PoolTools(
                executor,
                new FileScrubMemory(metadata(config).toAbsolutePath().resolveSibling(SCRUB)),
                new PoolTools.FileMaker(traffic.counting(files(config)), loop),
                traffic);
    }

    private static Path witness(PoolConfig config) {
        return metadata(config).toAbsolutePath().resolveSibling(WITNESS);
    }

    private static Path disk(PoolConfig config) {
        Path path = config.path();
        if (path == null) {
            throw new IllegalArgumentException("a pool on disk needs a path");
        }
        return config.medium() == PoolConfig.Medium.FOLDER ? Disks.image(path) : path;
    }

    /** The first, and those beside it. */
    private static List<Path> disks(PoolConfig config) {
        List<Path> paths = new ArrayList<>();
        paths.add(disk(config));
        for (Path path : config.mirrors()) {
            boolean folder =
                    Files.isDirectory(path) || (config.medium() == PoolConfig.Medium.FOLDER && !Files.exists(path));
            paths.add(folder ? Disks.image(path) : path);
        }
        return paths;
    }
}
