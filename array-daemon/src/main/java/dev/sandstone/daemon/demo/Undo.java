package dev.sandstone.daemon.demo;

import dev.sandstone.daemon.api.Sizes;
import dev.sandstone.daemon.api.Snapshots;
import dev.sandstone.daemon.api.VolumeTimes;
import dev.sandstone.daemon.api.Volumes;
import dev.sandstone.initiator.IscsiDisk;
import dev.sandstone.initiator.IscsiSession;
import java.io.IOException;

/** A volume that is ruined and taken back, and a clone that goes its own way meanwhile. */
final class Undo {
    private static final String COPY = "copy";
    private static final String BEFORE = "before";

    /** Versions of content that nothing else writes. */
    private static final int RUINED = 1_000_000;

    private static final int OWN = 2_000_000;

    private final Steps steps;
    private final Content content;
    private final ChildArray array;
    private final Volumes.View volume;
    private final int[] versions;

    /** @param versions what each chunk of the volume holds */
    Undo(Steps steps, Content content, ChildArray array, Volumes.View volume, int[] versions) {
        this.steps = steps;
        this.content = content;
        this.array = array;
        this.volume = volume;
        this.versions = versions.clone();
    }

    void run() throws Exception {
        String path = "/api/v1/volumes/" + volume.name();
        steps.step("take a snapshot", () -> {
            Snapshots.View taken =
                    array.client().post(path + "/snapshots", new Snapshots.Create(BEFORE), Snapshots.View.class);
            return "of " + Sizes.format(taken.sizeBytes()) + ", nothing copied";
        });
        steps.step(
                "ruin the volume",
                () -> onDisk(volume.lun(), disk -> {
                    for (int i = 0; i < versions.length; i++) {
                        disk.write(Content.lba(i), content.chunk(i, RUINED));
                    }
                    return "every chunk overwritten";
                }));
        Volumes.View[] copy = new Volumes.View[1];
        steps.step("clone the snapshot, write to the clone", () -> {
            copy[0] = array.client().post(path + "/clone", new VolumeTimes.Clone(COPY, BEFORE), Volumes.View.class);
            return onDisk(copy[0].lun(), disk -> {
                String held = holds(disk, versions);
                disk.write(Content.lba(0), content.chunk(0, OWN));
                return held;
            });
        });
        steps.step("roll the volume back", () -> {
            Snapshots.View undo = array.client()
                    .post(
                            path + "/snapshots/" + BEFORE + "/rollback",
                            new Snapshots.Rollback(false),
                            Snapshots.View.class);
            return "what it was is snapshot " + undo.name();
        });
        steps.step("it holds what it held", () -> onDisk(volume.lun(), disk -> holds(disk, versions)));
        steps.step(
                "the clone kept its own",
                () -> onDisk(copy[0].lun(), disk -> {
                    int[] own = versions.clone();
                    own[0] = OWN;
                    return holds(disk, own);
                }));
    }

    private String holds(IscsiDisk disk, int[] expected) throws IOException {
        for (int i = 0; i < expected.length; i++) {
            byte[] read = disk.read(Content.lba(i), Content.CHUNK_BLOCKS);
            Steps.check(content.matches(read, i, expected[i]), "chunk " + i + " does not hold what it must");
        }
        return Sizes.format((long) expected.length * Content.CHUNK) + " equal, byte by byte";
    }

    /** What is done in a session of its own: nobody is logged in when a volume goes back. */
    @FunctionalInterface
    private interface OnDisk {
        String run(IscsiDisk disk) throws IOException;
    }

    private String onDisk(int lun, OnDisk action) throws IOException {
        try (IscsiSession session = array.login(volume.iqn())) {
            String result = action.run(IscsiDisk.open(session, lun));
            session.logout();
            return result;
        }
    }
}
