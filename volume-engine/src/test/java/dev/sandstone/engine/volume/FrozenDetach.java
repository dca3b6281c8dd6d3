package dev.sandstone.engine.volume;

import java.util.Set;
import java.util.UUID;

/** What frozen images need of versions that let clones become independent; for one that does not, it does nothing. */
final class FrozenDetach {
    /** The kinds of records that it leads to, as {@link FrozenLook} names them. */
    static final Set<String> RECORDS = Set.of("FORK-2-BEGUN", "FORK-2-DONE");

    private static final long PAUSE_MILLIS = 50;

    private FrozenDetach() {}

    static void whole(Pool pool, UUID clone) throws Exception {
        FrozenWorld.done(pool.timeline().detach(new VolumeId(clone)));
    }

    /** Begins, and returns when that is durable. */
    static void begin(Pool pool, UUID clone) throws Exception {
        VolumeId id = new VolumeId(clone);
        pool.timeline().detach(id);
        while (FrozenWorld.done(pool.timeline().ancestry(id)).detached().isEmpty()) {
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    /** Tells which of these came from others and will not look at them any more once what is under way has ended. */
    static void describe(FrozenManifest manifest, UUID... clones) {
        for (UUID clone : clones) {
            manifest.add("independent", clone);
        }
    }
}
