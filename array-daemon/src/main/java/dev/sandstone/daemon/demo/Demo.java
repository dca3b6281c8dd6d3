package dev.sandstone.daemon.demo;

import dev.sandstone.daemon.api.Pools;
import dev.sandstone.daemon.api.Sizes;
import dev.sandstone.daemon.api.Volumes;
import dev.sandstone.daemon.cli.PoolChecker;
import dev.sandstone.initiator.IscsiDisk;
import dev.sandstone.initiator.IscsiSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** The walk: write and verify, kill -9 and recover, fill to the brim and recover. */
final class Demo {
    private static final String VOLUME = "demo";
    private static final int CHUNKS = 128;
    private static final int KILL_AFTER = 40;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Path scratch;
    private final Steps steps;
    private final Content content;
    private final int[] versions = new int[CHUNKS];

    /** The chunk whose write the kill cut off: old or new, never a mixture; -1 when there is none. */
    private int underWay = -1;

    Demo(Path scratch, Steps steps, long seed) {
        this.scratch = scratch;
        this.steps = steps;
        this.content = new Content(seed);
    }

    void run() throws Exception {
        Path data = scratch.resolve("array");
        ChildArray[] array = new ChildArray[1];
        Volumes.View[] volume = new Volumes.View[1];
        try {
            steps.step("start an array in a process of its own", () -> {
                array[0] = ChildArray.start(scratch, data);
                return "pid apart, free ports, no root";
            });
            steps.step("create a thin volume of 1 GiB", () -> {
                volume[0] = array[0].create(VOLUME, 1L << 30);
                return volume[0].uris().get(0);
            });
            String iqn = volume[0].iqn();
            int lun = volume[0].lun();
            try (IscsiSession session = array[0].login(iqn)) {
                IscsiDisk disk = IscsiDisk.open(session, lun);
                steps.step("write " + Sizes.format((long) CHUNKS * Content.CHUNK) + " over iSCSI, digests on", () -> {
                    for (int i = 0; i < CHUNKS; i++) {
                        write(disk, i);
                    }
                    return Sizes.format(array[0].show(VOLUME).usedBytes()) + " used";
                });
                steps.step("read it back", () -> verified(disk, CHUNKS));
            }
            steps.step("kill -9 in the middle of writing", () -> killed(array[0], iqn, lun));
            steps.step("start again on the same folder: recovery", () -> {
                array[0] = ChildArray.start(scratch, data);
                return "volume " + array[0].show(VOLUME).name() + " is back";
            });
            try (IscsiSession session = array[0].login(iqn)) {
                IscsiDisk disk = IscsiDisk.open(session, lun);
                steps.step("every acknowledged write is there", () -> verified(disk, CHUNKS));
            }
            new Undo(steps, content, array[0], volume[0], versions).run();
            steps.step("check all invariants of the pool", () -> sound(array[0]));
            steps.step("stop by SIGTERM", () -> "exit status " + stopped(array[0]));
        } finally {
            if (array[0] != null) {
                array[0].close();
            }
        }
        new Brim(scratch, steps, content).run();
        new LostDisk(scratch, steps, content).run();
    }

    private void write(IscsiDisk disk, int number) throws IOException {
        disk.write(Content.lba(number), content.chunk(number, versions[number] + 1));
        versions[number]++;
    }

    private String verified(IscsiDisk disk, int chunks) throws IOException {
        for (int i = 0; i < chunks; i++) {
            byte[] read = disk.read(Content.lba(i), Content.CHUNK_BLOCKS);
            if (i == underWay && content.matches(read, i, versions[i] + 1)) {
                versions[i]++;
            }
            Steps.check(content.matches(read, i, versions[i]), "chunk " + i + " does not hold what was written");
        }
        return Sizes.format((long) chunks * Content.CHUNK) + " equal, byte by byte";
    }

    /** Overwrites chunks until the process dies; what was under way then may be old or new, never a mixture. */
    private String killed(ChildArray array, String iqn, int lun) throws Exception {
        AtomicInteger acknowledged = new AtomicInteger();
        try (IscsiSession session = array.login(iqn)) {
            IscsiDisk disk = IscsiDisk.open(session, lun);
            CompletableFuture<Integer> writing = new CompletableFuture<>();
            Thread writer = Thread.ofPlatform().name("demo-writer").start(() -> {
                int number = 0;
                try {
                    while (true) {
                        number = acknowledged.get() % CHUNKS;
                        write(disk, number);
                        acknowledged.incrementAndGet();
                    }
                } catch (IOException died) {
                    writing.complete(number);
                } catch (RuntimeException failed) {
                    writing.completeExceptionally(failed);
                }
            });
            while (acknowledged.get() < KILL_AFTER && !writing.isDone()) {
                LockSupport.parkNanos(POLL_NANOS);
            }
            array.kill();
            int last = writing.get(30, TimeUnit.SECONDS);
            writer.join();
            underWay = last;
        }
        Steps.check(acknowledged.get() >= KILL_AFTER, "the array failed before it was killed");
        return acknowledged.get() + " writes acknowledged before";
    }

    private static int stopped(ChildArray array) {
        int status = array.stop();
        Steps.check(status == 0, "the array ended with status " + status);
        return status;
    }

    private static String sound(ChildArray array) {
        Pools.Check check = PoolChecker.run(array.client());
        Steps.check(check.sound(), "the pool is not sound: " + check.findings());
        return "sound";
    }
}
