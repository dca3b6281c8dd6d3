package dev.sandstone.engine.volume;

import dev.sandstone.engine.cache.BlockCache;
import dev.sandstone.engine.log.RecordType;
import dev.sandstone.engine.loop.ThreadLoop;
import dev.sandstone.engine.map.MapLimits;
import dev.sandstone.engine.meta.MetadataMemory;
import dev.sandstone.engine.meta.RocksMetadataStore;
import dev.sandstone.engine.store.FileTraffic;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * The making of an image for {@link FrozenImageTest}. It has a part that the map covers and one that only the log tells, with a
 * record of each type that this version writes, and is what a kill would have left.
 */
final class FrozenImage {
    private static final int SEGMENT_BYTES = 256 << 10;
    private static final int SLOTS = 28;
    private static final int FRAME_BYTES = (64 << 10) + 8192;
    private static final int UNIT = 8;
    private static final int STRIPES = 12;
    private static final long PAUSE_MILLIS = 200;
    private static final int MOST_TRIES = 300;
    private static final Duration WINDOW = Duration.ofDays(30);

    private static final UUID SOURCE = volume(1);
    private static final UUID COPY = volume(2);
    private static final UUID REWOUND = volume(3);
    private static final UUID DOOMED = volume(4);
    private static final UUID HOT = volume(5);
    private static final UUID LENDER = volume(6);
    private static final UUID BORROWER = volume(7);
    private static final UUID WHOLE = volume(8);
    private static final UUID HALF = volume(9);
    private static final UUID CHILD = volume(10);
    private static final UUID LATE = volume(11);
    private static final UUID EARLY = volume(12);

    private final Path folder;
    private final int disks;
    private final ThreadLoop loop = new ThreadLoop("frozen-shard");
    private Life life;
    private final FrozenWorld world;

    private FrozenImage(Path folder, int disks) throws StoreException {
        this.folder = folder;
        this.disks = disks;
        PoolPlaces.format(config(folder, disks), SEGMENT_BYTES, loop);
        life = open(folder, disks, loop);
        world = new FrozenWorld(life.pool());
    }

    /** How such an image is opened. */
    static PoolConfig config(Path folder, int disks) {
        PoolConfig one = new PoolConfig(
                PoolConfig.Medium.FOLDER,
                folder.resolve("0"),
                folder.resolve("map"),
                FRAME_BYTES + SLOTS * SEGMENT_BYTES,
                16 << 20,
                false);
        return disks == 1 ? one : one.withMirrors(List.of(folder.resolve("1")), disks);
    }

    private static UUID volume(int number) {
        return new UUID(0x20261129, number);
    }

    private static UUID snapshot(int number) {
        return new UUID(0x5AFE, number);
    }

    /** The pool from its opening to its end. */
    private record Life(LogPool pool, FlushGate gate) {}

    /** The map is flushed when the pool is closed, and when the cleaner asks for it. */
    private static Life open(Path folder, int disks, ThreadLoop loop) throws StoreException {
        PoolConfig config = config(folder, disks);
        MetadataMemory memory = new MetadataMemory(1 << 20, 1 << 20);
        SegmentStore store = PoolPlaces.open(config, loop, new FileTraffic());
        FlushGate gate = new FlushGate(RocksMetadataStore.open(PoolPlaces.metadata(config), memory));
        PoolIdentity.check(gate, store);
        MetadataThreads threads = new MetadataThreads();
        long never = TimeUnit.HOURS.toNanos(10);
        MapLimits limits = new MapLimits(8 << 20, 4 << 20, 1 << 14, 1 << 30, 1_000_000_000L, never, 64);
        PoolTools tools = PoolPlaces.tools(config, loop, threads.upkeep(), new FileTraffic());
        PoolParts parts = new PoolParts(
                loop,
                store,
                gate,
                threads.writer(),
                threads.readers(),
                limits,
                BlockCache.none(),
                new Random(1),
                tools);
        LogPool pool = LogPool.open(parts, () -> {
            threads.close();
            store.close();
            gate.close();
        });
        return new Life(pool, gate);
    }

    /** What the map will cover. */
    private void firstLife() throws Exception {
        world.create(SOURCE, 192 * UNIT, WritePolicy.DURABLE);
        world.create(COPY, 192 * UNIT, WritePolicy.WRITE_BACK);
        world.create(REWOUND, 64 * UNIT, WritePolicy.DURABLE);
        world.create(DOOMED, 64 * UNIT, WritePolicy.DURABLE);
        world.create(HOT, 32 * UNIT, WritePolicy.WRITE_BACK);
        world.create(LENDER, STRIPES * 16 * UNIT, WritePolicy.DURABLE);
        world.create(BORROWER, STRIPES * 16 * UNIT, WritePolicy.DURABLE);
        world.window(REWOUND, WINDOW);
        world.fill(REWOUND, 0, 24);
        world.mark(REWOUND);
        world.fill(SOURCE, 0, 40);
        world.fill(COPY, 0, 8);
        world.share(SOURCE, 4, COPY, 16, 30);
        world.fill(DOOMED, 10, 20);
        world.fill(LENDER, 0, STRIPES * 16);
        world.share(LENDER, 0, BORROWER, 0, STRIPES * 16);
        world.take(snapshot(1), SOURCE);
        world.take(snapshot(2), SOURCE, snapshot(3), REWOUND);
        world.fill(SOURCE, 8, 8);
        world.unmap(SOURCE, 20, 4);
        world.zeros(SOURCE, 25 * UNIT + 3, 20);
        world.write(SOURCE, 3, 11, true);
        world.fill(REWOUND, 4, 8);
        world.take(snapshot(4), COPY);
        world.cloneOf(WHOLE, SOURCE, snapshot(1));
        world.cloneOf(HALF, SOURCE, snapshot(2));
        world.cloneNow(EARLY, SOURCE);
        world.fill(WHOLE, 2, 5);
        world.fill(HALF, 30, 5);
        world.unmap(HALF, 0, 2);
        world.take(snapshot(5), HALF);
        world.fill(HALF, 33, 5);
        world.fill(EARLY, 0, 3);
        world.rollback(REWOUND, snapshot(3), snapshot(6));
        world.fill(REWOUND, 20, 4);
        world.mark(REWOUND);
        world.lateMark(REWOUND, 24);
        world.unmap(COPY, 20, 2);
        world.delete(snapshot(4));
        world.annex(SOURCE, AnnexKind.RESERVATIONS, bytes(100));
        FrozenDetach.whole(life.pool(), EARLY);
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        Arrays.fill(bytes, (byte) count);
        return bytes;
    }

    /** What only the log will tell: a record of each type. */
    private void secondLife() throws Exception {
        FrozenDetach.whole(life.pool(), WHOLE);
        life.gate().open(false);
        world.fill(SOURCE, 40, 8);
        world.write(SOURCE, 13, 30, false);
        world.compareAndWrite(SOURCE, 16, 8);
        world.write(COPY, 8 * UNIT, UNIT, true);
        world.unmap(SOURCE, 2, 3);
        world.zeros(COPY, 30 * UNIT, 4 * UNIT);
        world.share(SOURCE, 8, COPY, 100, 12);
        world.create(LATE, 32 * UNIT, WritePolicy.DURABLE);
        world.fill(LATE, 3, 5);
        world.take(snapshot(7), SOURCE, snapshot(8), LATE);
        world.fill(LATE, 5, 5);
        world.fill(SOURCE, 0, 2);
        world.cloneNow(CHILD, COPY);
        world.fill(CHILD, 17, 3);
        world.rollback(LATE, snapshot(8), snapshot(9), SOURCE, snapshot(7), snapshot(10));
        world.fill(SOURCE, 50, 2);
        world.delete(snapshot(2));
        world.destroy(DOOMED);
        world.resize(COPY, 160 * UNIT);
        world.resize(LATE, 40 * UNIT);
        done(life.pool().setWritePolicy(new VolumeId(LATE), WritePolicy.WRITE_BACK));
        world.annex(COPY, AnnexKind.UNIT, bytes(5000));
        world.fill(REWOUND, 30, 3);
        world.mark(REWOUND);
        world.lateMark(REWOUND, 34);
        world.fill(REWOUND, 31, 3);
        FrozenDetach.begin(life.pool(), HALF);
    }

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return FrozenWorld.done(stage);
    }

    /** Makes the cleaner move what is shared and what is not, then gives the pool so much room that it rests. */
    private void clean(Path copies) throws Exception {
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            world.unmap(LENDER, stripe * 16, 12);
            world.unmap(BORROWER, stripe * 16, 8);
        }
        for (int tries = 0; !missing(copies.resolve("try" + tries)).isEmpty(); tries++) {
            if (tries == MOST_TRIES) {
                throw new IllegalStateException("no records of these types: " + missing(copies.resolve("last")));
            }
            world.fill(HOT, 0, 16);
        }
        for (PoolDisks.Disk disk : done(life.pool().disks().status()).disks()) {
            done(life.pool().disks().grow(disk.id(), disk.bytes() + 2L * SLOTS * SEGMENT_BYTES));
        }
    }

    /** Which types of records a copy as of now would lack in its tail. */
    private Set<String> missing(Path copy) throws Exception {
        Thread.sleep(PAUSE_MILLIS);
        Set<String> missing = new TreeSet<>();
        for (RecordType type : RecordType.values()) {
            missing.add(type.name());
        }
        // No version writes these two so far.
        missing.removeAll(Set.of("NOP", "POISON"));
        missing.addAll(FrozenDetach.RECORDS);
        missing.add(FrozenLook.LATE_MARK);
        missing.removeAll(tail(copy).keySet());
        System.out.println("to come: " + missing);
        return missing;
    }

    private Map<String, Integer> tail(Path copy) throws StoreException, IOException, InterruptedException {
        FolderCopy.take(folder, copy);
        // It says where the disks are that are open now.
        Files.deleteIfExists(copy.resolve("disks"));
        return FrozenLook.tail(config(copy, disks), loop);
    }

    private void freeze(Path copies, Path image) throws Exception {
        world.flush();
        Path frozen = copies.resolve("frozen");
        long micros = loop.wallClockMicros();
        FrozenManifest before;
        FrozenManifest after = FrozenManifest.of(micros, Map.of());
        world.describe(after);
        do {
            Thread.sleep(PAUSE_MILLIS);
            before = after;
            after = FrozenManifest.of(micros, tail(copies.resolve("tail")));
            world.describe(after);
            FolderCopy.delete(copies.resolve("tail"));
        } while (!after.lines().equals(before.lines()));
        FolderCopy.take(folder, frozen);
        FrozenDetach.describe(after, EARLY, WHOLE, HALF);
        after.write(frozen);
        PackedFolder.pack(frozen, image);
    }

    /** Makes an image of a pool of so many disks. */
    static void make(Path work, int disks, Path image) throws Exception {
        FrozenImage making = new FrozenImage(work.resolve("pool"), disks);
        making.firstLife();
        making.life.pool().close();
        making.life = open(making.folder, disks, making.loop);
        making.world.reopened(making.life.pool());
        making.secondLife();
        making.clean(work);
        making.freeze(work, image);
        making.life.gate().open(true);
        making.life.pool().close();
        making.loop.close();
    }
}
