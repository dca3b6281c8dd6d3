package dev.sandstone.daemon.demo;

import dev.sandstone.daemon.api.Disks;
import dev.sandstone.daemon.api.Sizes;
import dev.sandstone.daemon.api.Volumes;
import dev.sandstone.initiator.IscsiDisk;
import dev.sandstone.initiator.IscsiSession;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A mirrored pool of two folders: one of the disks loses everything under load, and nobody notices. */
final class LostDisk {
    private static final String VOLUME = "safe";
    private static final int CHUNKS = 64;
    private static final String CAPACITY = "256M";
    private static final long LIMIT_SECONDS = 120;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Path scratch;
    private final Steps steps;
    private final Content content;
    private final int[] versions = new int[CHUNKS];

    LostDisk(Path scratch, Steps steps, Content content) {
        this.scratch = scratch;
        this.steps = steps;
        this.content = content;
    }

    void run() throws Exception {
        Path two = scratch.resolve("disk2");
        ChildArray[] started = new ChildArray[1];
        steps.step("start an array on two disks", () -> {
            started[0] = ChildArray.start(
                    scratch,
                    scratch.resolve("mirrored"),
                    "--disk",
                    scratch.resolve("disk1").toString(),
                    "--disk",
                    two.toString(),
                    "--capacity",
                    CAPACITY);
            return "each block on both";
        });
        try (ChildArray array = started[0]) {
            Volumes.View volume = array.create(VOLUME, (long) CHUNKS * Content.CHUNK);
            try (IscsiSession session = array.login(volume.iqn())) {
                IscsiDisk disk = IscsiDisk.open(session, volume.lun());
                steps.step("cut a disk to nothing under load", () -> {
                    write(disk);
                    try (RandomAccessFile image =
                            new RandomAccessFile(largest(two).toFile(), "rw")) {
                        image.setLength(0);
                    }
                    write(disk);
                    return verified(disk) + ", no error";
                });
                steps.step("add a third disk: two copies again", () -> {
                    array.client()
                            .post(
                                    "/api/v1/pool/disks",
                                    new Disks.Add(scratch.resolve("disk3").toString(), Sizes.parse(CAPACITY)),
                                    Disks.View.class);
                    return redundant(array);
                });
                steps.step("everything is there", () -> verified(disk));
            }
            steps.step("stop by SIGTERM", () -> {
                int status = array.stop();
                Steps.check(status == 0, "the array ended with status " + status);
                return "exit status " + status;
            });
        }
    }

    private void write(IscsiDisk disk) throws IOException {
        for (int i = 0; i < CHUNKS; i++) {
            disk.write(Content.lba(i), content.chunk(i, versions[i] + 1));
            versions[i]++;
        }
    }

    private String verified(IscsiDisk disk) throws IOException {
        for (int i = 0; i < CHUNKS; i++) {
            byte[] read = disk.read(Content.lba(i), Content.CHUNK_BLOCKS);
            Steps.check(content.matches(read, i, versions[i]), "chunk " + i + " does not hold what was written");
        }
        return Sizes.format((long) CHUNKS * Content.CHUNK) + " equal, byte by byte";
    }

    /** Scrubs until every segment has its copies and a whole walk finds nothing to repair. */
    private static String redundant(ChildArray array) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        long repaired = 0;
        while (true) {
            Disks.Scrub scrub =
                    array.client().post("/api/v1/pool/scrub", new Disks.ScrubUpdate("start", null), Disks.Scrub.class);
            while (scrub.state().equals("running")) {
                Steps.check(System.nanoTime() - deadline < 0, "the scrub did not end in time");
                LockSupport.parkNanos(POLL_NANOS);
                scrub = array.client().get("/api/v1/pool/scrub", Disks.Scrub.class);
            }
            Steps.check(scrub.damagedBlocks() == 0, "the scrub found what no disk has any more");
            repaired += scrub.repairedBlocks();
            Disks.Redundancy now =
                    array.client().get("/api/v1/pool/disks", Disks.Page.class).redundancy();
            if (now.whole() && scrub.repairedBlocks() == 0) {
                return now.segments() + " segments whole, " + repaired
                        + " blocks repaired, then a scrub that found nothing";
            }
            Steps.check(System.nanoTime() - deadline < 0, "redundancy did not return in time");
        }
    }

    private static Path largest(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
        }
    }
}
