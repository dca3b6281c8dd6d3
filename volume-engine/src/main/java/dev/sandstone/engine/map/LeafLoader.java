package dev.sandstone.engine.map;

import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.MetadataException;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings leaves from the head table into the cache. Confined to the loop; reads on the readers.
 *
 * <p>Invariant: what goes into the cache is the head table as of some moment, with every fact put over it that was not
 * yet folded at that moment. A fold that ended between the reading and the putting has taken its facts out of the
 * overlay: then the leaf is read again.
 */
final class LeafLoader {
    private final ShardLoop loop;
    private final MetadataStore store;
    private final Executor readers;
    private final LeafCache cache;
    private final Consumer<MetadataException> onFailure;
    private final Map<Place, Load> loads = new HashMap<>();
    private long folds;
    private int reading;
    private @Nullable Runnable onIdle;

    LeafLoader(MapSetup setup, LeafCache cache, Consumer<MetadataException> onFailure) {
        loop = setup.loop();
        store = setup.store();
        readers = setup.readers();
        this.cache = cache;
        this.onFailure = onFailure;
    }

    /** Loads those leaves of a range that are not cached; all of them are when {@code done} is told. */
    void load(LineageMap lineage, long firstLeaf, long lastLeaf, LineageMap.Loaded done) {
        new Waiter(lineage, firstLeaf, lastLeaf, done).ask();
    }

    private void join(LineageMap lineage, long leaf, Waiter waiter) {
        Place place = new Place(lineage.id(), leaf);
        Load load = loads.get(place);
        if (load == null) {
            load = new Load(lineage, place);
            loads.put(place, load);
            start(load);
        }
        load.waiters.add(waiter);
    }

    private void start(Load load) {
        load.foldsBefore = folds;
        reading++;
        readers.execute(() -> {
            Leaf image = new Leaf();
            MetadataException failure = read(load.place, image);
            loop.execute(() -> ended(load, image, failure));
        });
    }

    private @Nullable MetadataException read(Place place, Leaf image) {
        try {
            read(place.lineage(), place.leaf(), image);
            return null;
        } catch (MetadataException e) {
            return e;
        }
    }

    private void read(long lineage, long leaf, Leaf image) {
        long first = Leaf.first(leaf);
        long last = first + Leaf.BLOCKS - 1;
        ByteBuffer from = ByteBuffer.allocateDirect(KeySpace.HEAD_KEY_BYTES);
        ByteBuffer to = ByteBuffer.allocateDirect(KeySpace.HEAD_KEY_BYTES);
        Run run = new Run();
        // The run that covers the leaf's end may be keyed anywhere beyond it.
        try (MetadataCursor rows = store.scan(
                Table.HEAD, KeySpace.head(from, lineage, first), KeySpace.head(to, lineage, Long.MAX_VALUE))) {
            for (; rows.valid(); rows.next()) {
                RunCodec.decode(rows.key(), rows.value(), run);
                if (run.first > last) {
                    return;
                }
                image.fill(first, run);
                if (run.last >= last) {
                    return;
                }
            }
        }
    }

    private void ended(Load load, Leaf image, @Nullable MetadataException failure) {
        reading--;
        if (failure == null && load.foldsBefore != folds && !load.lineage.deleted()) {
            start(load);
            return;
        }
        loads.remove(load.place);
        if (failure != null) {
            onFailure.accept(failure);
        } else if (!load.lineage.deleted()) {
            load.lineage.bringUpToDate(load.place.leaf(), image);
            cache.install(load.place.lineage(), load.place.leaf(), image);
        }
        for (Waiter waiter : load.waiters) {
            waiter.arrived(failure == null);
        }
        idle();
    }

    /** A fold has ended: its facts are in the store and no longer in the overlay. */
    void folded() {
        folds++;
    }

    /** Runs the task when no load is under way. */
    void whenIdle(Runnable task) {
        onIdle = task;
        idle();
    }

    private void idle() {
        Runnable task = onIdle;
        if (task != null && reading == 0) {
            onIdle = null;
            task.run();
        }
    }

    private record Place(long lineage, long leaf) {}

    private static final class Load {
        final LineageMap lineage;
        final Place place;
        final List<Waiter> waiters = new ArrayList<>();
        long foldsBefore;

        Load(LineageMap lineage, Place place) {
            this.lineage = lineage;
            this.place = place;
        }
    }

    /** Who waits for some leaves, and for the end of asking for them. */
    private final class Waiter {
        private final LineageMap lineage;
        private final long firstLeaf;
        private final long lastLeaf;
        private final LineageMap.Loaded done;
        private int missing;
        private boolean ok = true;

        Waiter(LineageMap lineage, long firstLeaf, long lastLeaf, LineageMap.Loaded done) {
            this.lineage = lineage;
            this.firstLeaf = firstLeaf;
            this.lastLeaf = lastLeaf;
            this.done = done;
        }

        void ask() {
            for (long leaf = firstLeaf; leaf <= lastLeaf && !lineage.deleted(); leaf++) {
                if (cache.find(lineage.id(), leaf) == LeafCache.ABSENT) {
                    missing++;
                    join(lineage, leaf, this);
                }
            }
            if (missing == 0) {
                done.loaded(ok);
            }
        }

        void arrived(boolean good) {
            ok &= good;
            missing--;
            if (missing == 0 && ok) {
                // Some of them may have had to go again for the others: a cache is never so small that all would.
                ask();
            } else if (missing == 0) {
                done.loaded(false);
            }
        }
    }
}
