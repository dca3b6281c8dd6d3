package dev.sandstone.engine.map;

import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.meta.MetadataException;
import dev.sandstone.engine.meta.MetadataStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings leaves from the store into the cache. Confined to the loop; reads on the readers.
 *
 * <p>Invariant: what goes into the cache is what the store says as of some moment, with every fact put over it that was not
 * yet folded at that moment. A fold that ended between the reading and the putting has taken its facts out of the
 * overlay: then the leaf is read again. What lies before a moment is read only once the store has all of it.
 */
final class LeafLoader {
    /** Leaves that one reader reads at once, 4 MiB of a volume. */
    private static final int MOST_TOGETHER = 16;

    /** Versions of a question of a {@link Search}. */
    private static final int SOUGHT_AT_ONCE = 256;

    /** Questions of a search that are asked at once. */
    private static final int SEARCHES = 2;

    private final ShardLoop loop;
    private final MetadataStore store;
    private final Executor readers;
    private final LeafCache cache;
    private final Consumer<MetadataException> onFailure;
    private final Gate gate;
    private final Map<Place, Load> loads = new HashMap<>();
    private long folds;
    private int reading;
    private @Nullable Runnable onIdle;

    /** How far the store is, and how it gets further. */
    interface Gate {
        long foldedLsn();

        void fold(BlockMap.Folded done);
    }

    LeafLoader(MapSetup setup, LeafCache cache, Gate gate, Consumer<MetadataException> onFailure) {
        this.gate = gate;
        loop = setup.loop();
        store = setup.store();
        readers = setup.readers();
        this.cache = cache;
        this.onFailure = onFailure;
    }

    /** Loads those leaves of a range that are not cached; all of them are when {@code done} is told. */
    void load(LeafOwner owner, long firstLeaf, long lastLeaf, MapReader.Loaded done) {
        new Waiter(owner, firstLeaf, lastLeaf, done).ask();
    }

    /** Asks the store on a reader; the answer comes on the loop, null when the store failed. */
    <T> void ask(Supplier<T> question, Consumer<@Nullable T> done) {
        reading++;
        readers.execute(() -> {
            T answer = null;
            MetadataException failure = null;
            try {
                answer = question.get();
            } catch (RuntimeException e) {
                failure = failed(e);
            }
            T known = answer;
            MetadataException why = failure;
            loop.execute(() -> {
                reading--;
                if (why != null) {
                    onFailure.accept(why);
                }
                done.accept(known);
                idle();
            });
        });
    }

    /** Finds versions, at least one; done on the loop when all are. */
    void find(List<Sought> versions, MapReader.Loaded done) {
        new Search(versions, done).begin();
    }

    /** The load of a leaf; one that must be started is added to those. */
    private Load join(LeafOwner owner, long leaf, List<Load> fresh) {
        Place place = new Place(owner.key(), leaf);
        Load load = loads.get(place);
        if (load == null) {
            load = new Load(owner, place);
            loads.put(place, load);
            fresh.add(load);
        }
        return load;
    }

    /** Those that follow each other are read together, as long as other readers find work, too. */
    private void start(List<Load> fresh) {
        for (int from = 0; from < fresh.size(); ) {
            int to = from + 1;
            while (to < fresh.size()
                    && to - from < MOST_TOGETHER
                    && fresh.get(to).leaf() == fresh.get(to - 1).leaf() + 1) {
                to++;
            }
            startTogether(List.copyOf(fresh.subList(from, to)));
            from = to;
        }
    }

    private void startTogether(List<Load> together) {
        together.forEach(load -> load.foldsBefore = folds);
        reading++;
        Load first = together.get(0);
        List<HistReader.Step> path = first.owner.path();
        readers.execute(() -> {
            Leaf[] images = new Leaf[together.size()];
            Arrays.setAll(images, i -> new Leaf());
            MetadataException failure = null;
            try {
                new HistReader(store).read(path, first.leaf(), images);
            } catch (RuntimeException e) {
                failure = failed(e);
            }
            MetadataException why = failure;
            loop.execute(() -> {
                reading--;
                for (int i = 0; i < images.length; i++) {
                    ended(together.get(i), images[i], why);
                }
                idle();
            });
        });
    }

    private void ended(Load load, Leaf image, @Nullable MetadataException failure) {
        if (failure == null && load.foldsBefore != folds && !load.owner.closed()) {
            startTogether(List.of(load));
            return;
        }
        loads.remove(load.place);
        if (failure != null) {
            onFailure.accept(failure);
        } else if (!load.owner.closed()) {
            load.owner.bringUpToDate(load.place.leaf(), image);
            cache.install(load.place.key(), load.place.leaf(), image);
        }
        for (Waiter waiter : load.waiters) {
            waiter.arrived(failure == null);
        }
    }

    /** Whatever goes wrong must not leave anybody waiting. */
    private static MetadataException failed(RuntimeException e) {
        return e instanceof MetadataException told
                ? told
                : new MetadataException("the metadata cannot be read: " + e, e);
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

    /** Versions to be found, in questions that are so short, and so few at once, that nobody else waits long for a reader. */
    private final class Search {
        private final Iterator<List<Sought>> questions;
        private final MapReader.Loaded done;
        private int asked;
        private boolean ok = true;

        Search(List<Sought> versions, MapReader.Loaded done) {
            questions = questions(versions).iterator();
            this.done = done;
        }

        /** Each of one lineage and in the order of its rows. */
        private static List<List<Sought>> questions(List<Sought> versions) {
            List<Sought> sorted = new ArrayList<>(versions);
            sorted.sort(Comparator.comparingLong(Sought::lineage).thenComparingLong(Sought::block));
            List<List<Sought>> questions = new ArrayList<>();
            for (int from = 0; from < sorted.size(); ) {
                int end = from + 1;
                while (end < Math.min(sorted.size(), from + SOUGHT_AT_ONCE)
                        && sorted.get(end).lineage() == sorted.get(from).lineage()) {
                    end++;
                }
                questions.add(List.copyOf(sorted.subList(from, end)));
                from = end;
            }
            return questions;
        }

        void begin() {
            while (asked < SEARCHES && ok && questions.hasNext()) {
                asked++;
                List<Sought> question = questions.next();
                ask(() -> answer(question), this::answered);
            }
        }

        private Boolean answer(List<Sought> question) {
            new VersionReader(store).find(question);
            return true;
        }

        private void answered(@Nullable Boolean found) {
            asked--;
            ok &= found != null;
            begin();
            if (asked == 0) {
                done.loaded(ok);
            }
        }
    }

    private record Place(long key, long leaf) {}

    private static final class Load {
        final LeafOwner owner;
        final Place place;
        final List<Waiter> waiters = new ArrayList<>();
        long foldsBefore;

        Load(LeafOwner owner, Place place) {
            this.owner = owner;
            this.place = place;
        }

        long leaf() {
            return place.leaf();
        }
    }

    /** Who waits for some leaves, and for the end of asking for them. */
    private final class Waiter {
        private final LeafOwner owner;
        private final long firstLeaf;
        private final long lastLeaf;
        private final MapReader.Loaded done;
        private int missing;
        private boolean ok = true;

        Waiter(LeafOwner owner, long firstLeaf, long lastLeaf, MapReader.Loaded done) {
            this.owner = owner;
            this.firstLeaf = firstLeaf;
            this.lastLeaf = lastLeaf;
            this.done = done;
        }

        void ask() {
            if (gate.foldedLsn() < owner.neededLsn() - 1) {
                gate.fold(folded -> {
                    if (folded) {
                        ask();
                    } else {
                        done.loaded(false);
                    }
                });
                return;
            }
            List<Load> fresh = new ArrayList<>();
            for (long leaf = firstLeaf; leaf <= lastLeaf && !owner.closed(); leaf++) {
                if (cache.find(owner.key(), leaf) == LeafCache.ABSENT) {
                    missing++;
                    join(owner, leaf, fresh).waiters.add(this);
                }
            }
            start(fresh);
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
