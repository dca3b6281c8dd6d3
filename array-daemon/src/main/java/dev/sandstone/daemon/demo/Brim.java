package dev.sandstone.daemon.demo;

import dev.sandstone.daemon.api.Sizes;
import dev.sandstone.daemon.api.Volumes;
import dev.sandstone.initiator.IscsiDisk;
import dev.sandstone.initiator.IscsiSession;
import dev.sandstone.initiator.ScsiResult;
import dev.sandstone.initiator.ScsiStatusException;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A small pool under a larger volume: full, it refuses only what needs room, and goes on once room is given back. */
final class Brim {
    private static final String VOLUME = "thin";
    private static final String POOL = "128M";
    private static final int CHUNKS = 1024;
    private static final int FREED = 64;

    /** SAM-5 BUSY: the pool reclaims and asks to come again. */
    private static final int MOST_BUSY = 100;

    /** More thresholds than a pool has. */
    private static final int MOST_TOLD = 10;

    private final Path scratch;
    private final Steps steps;
    private final Content content;
    private int filled;

    Brim(Path scratch, Steps steps, Content content) {
        this.scratch = scratch;
        this.steps = steps;
        this.content = content;
    }

    void run() throws Exception {
        try (ChildArray array = ChildArray.start(scratch, scratch.resolve("small"), "--capacity", POOL)) {
            Volumes.View volume = array.create(VOLUME, (long) CHUNKS * Content.CHUNK);
            try (IscsiSession session = array.login(volume.iqn())) {
                IscsiDisk disk = IscsiDisk.open(session, volume.lun());
                steps.step("fill a pool of 128 MiB under a volume of 256 MiB", () -> full(disk));
                steps.step("everything acknowledged is there", () -> verified(disk, 0, filled));
                steps.step("UNMAP gives room back", () -> {
                    heeding(() -> {
                        disk.unmap(0, FREED * Content.CHUNK_BLOCKS);
                        return FREED;
                    });
                    return Sizes.format((long) FREED * Content.CHUNK) + " freed";
                });
                steps.step("and the pool takes writes again", () -> rewritten(disk));
            }
            steps.step("stop by SIGTERM", () -> {
                int status = array.stop();
                Steps.check(status == 0, "the array ended with status " + status);
                return "exit status " + status;
            });
        }
    }

    private String full(IscsiDisk disk) throws IOException {
        while (filled < CHUNKS) {
            ScsiResult refusal = write(disk, filled, 1);
            if (refusal != null) {
                Steps.check(refusal.isSense(0x07, 0x27, 0x07), "a full pool answered otherwise: " + refusal.describe());
                return "after " + Sizes.format((long) filled * Content.CHUNK) + ": SPACE ALLOCATION FAILED (27h/07h)";
            }
            filled++;
        }
        throw new IllegalStateException("the pool took more than it has");
    }

    private String rewritten(IscsiDisk disk) throws IOException {
        int half = FREED / 2;
        for (int i = 0; i < half; i++) {
            ScsiResult refusal = write(disk, i, 2);
            Steps.check(
                    refusal == null,
                    "write " + i + " was refused after room was given back: "
                            + (refusal == null ? "" : refusal.describe()));
        }
        for (int i = 0; i < half; i++) {
            Steps.check(content.matches(read(disk, i), i, 2), "chunk " + i + " does not hold what was written");
        }
        for (int i = half; i < FREED; i++) {
            Steps.check(content.matches(read(disk, i), i, 0), "chunk " + i + " was unmapped and is not zero");
        }
        return verified(disk, FREED, filled);
    }

    private String verified(IscsiDisk disk, int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            Steps.check(content.matches(read(disk, i), i, 1), "chunk " + i + " does not hold what was written");
        }
        return Sizes.format((long) (to - from) * Content.CHUNK) + " equal, byte by byte";
    }

    private static byte[] read(IscsiDisk disk, int number) throws IOException {
        return heeding(() -> disk.read(Content.lba(number), Content.CHUNK_BLOCKS));
    }

    @FunctionalInterface
    private interface Command<T> {
        T run() throws IOException;
    }

    /** Does it, and again after the pool has told, once to each initiator, that it is getting full (38h/07h). */
    private static <T> T heeding(Command<T> command) throws IOException {
        for (int told = 0; ; told++) {
            try {
                return command.run();
            } catch (ScsiStatusException attention) {
                if (!attention.result().isSense(0x06, 0x38, 0x07) || told == MOST_TOLD) {
                    throw attention;
                }
            }
        }
    }

    /** The refusal of a write, null when it was done. */
    private @Nullable ScsiResult write(IscsiDisk disk, int number, int version) throws IOException {
        for (int busy = 0; ; busy++) {
            try {
                heeding(() -> {
                    disk.write(Content.lba(number), content.chunk(number, version));
                    return number;
                });
                return null;
            } catch (ScsiStatusException refused) {
                ScsiResult result = refused.result();
                if (result.status() != ScsiResult.BUSY || busy == MOST_BUSY) {
                    return result;
                }
            }
        }
    }
}
