package dev.sandstone.bench.history;

import dev.sandstone.bench.engine.Engine;
import dev.sandstone.engine.volume.Snapshot;
import dev.sandstone.engine.volume.Volume;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Whether the deletion of the oldest of many snapshots gives back exactly the bytes that were announced, again and again. */
final class Release {
    private static final long BYTES = 256L << 20;
    private static final int CHANGED_BETWEEN = 64;
    private static final int MOST_LOOKS = 100_000;

    private Release() {}

    static void run(Path scratch, Table table, int snapshots) {
        try (Engine engine = new Engine(scratch.resolve("release"), 4L << 30)) {
            Volume volume = engine.volume(BYTES);
            engine.fill(volume, BYTES);
            SplittableRandom random = new SplittableRandom(7);
            List<Snapshot> all = new ArrayList<>();
            for (int i = 0; i < snapshots; i++) {
                all.add(engine.take(volume));
                engine.overwrite(volume, CHANGED_BETWEEN, random);
            }
            long live = live(engine);
            long bytes = 0;
            long asking = 0;
            long deleting = 0;
            int deleted = snapshots / 10;
            for (Snapshot oldest : all.subList(0, deleted)) {
                long began = System.nanoTime();
                long announced = Engine.get(engine.timeline().reclaimable(List.of(oldest.id())));
                long asked = System.nanoTime();
                Engine.get(engine.timeline().delete(List.of(oldest.id())));
                awaits(engine, live - announced);
                asking += asked - began;
                deleting += System.nanoTime() - asked;
                live -= announced;
                bytes += announced;
            }
            List<String> problems = Engine.get(engine.pool().check());
            awaits(engine, live);
            if (!problems.isEmpty()) {
                throw new IllegalStateException("the verifier says " + problems);
            }
            table.row(
                    "deletions of the oldest of " + snapshots + ", each gave back what was announced",
                    deleted + " of " + deleted + ", " + bytes + " bytes");
            table.row("to ask for it", Table.millis(asking / deleted) + " on average");
            table.row("from the deletion to the last byte", Table.millis(deleting / deleted) + " on average");
        }
    }

    private static long live(Engine engine) {
        return Engine.get(engine.pool().usage()).liveBytes();
    }

    /** The removal goes on in the background; what is live never falls below what is announced. */
    private static void awaits(Engine engine, long expected) {
        long live = live(engine);
        for (int i = 0; i < MOST_LOOKS && live > expected; i++) {
            live = live(engine);
        }
        if (live != expected) {
            throw new IllegalStateException(live + " bytes are live, not " + expected);
        }
    }
}
