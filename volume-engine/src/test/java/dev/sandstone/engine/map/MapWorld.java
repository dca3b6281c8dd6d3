package dev.sandstone.engine.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.map.ReferenceMap.Fact;
import dev.sandstone.engine.map.ReferenceMap.Kind;
import dev.sandstone.engine.map.ReferenceMap.Moment;
import dev.sandstone.engine.map.ReferenceMap.Needed;
import dev.sandstone.engine.map.ReferenceMap.Version;
import dev.sandstone.engine.meta.ModelMetadataStore;
import dev.sandstone.engine.space.SpaceLedger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A block map, its log and its model, under a seeded order of everything. */
final class MapWorld {
    static final int BLOCKS = 60_000;

    private final Random random;
    private final List<List<Fact>> log = new ArrayList<>();
    private final Queue<Runnable> writing = new ArrayDeque<>();
    private final List<Runnable> reading = new ArrayList<>();
    private LateLoop loop = new LateLoop();
    private ModelMetadataStore store = new ModelMetadataStore();
    private SpaceLedger ledger = new SpaceLedger(64 << 20);
    private ReferenceMap model = new ReferenceMap();
    private BlockMap map;
    private final List<Long> living = new ArrayList<>(List.of(1L, 2L, 3L));
    private long nextLineage = 4;
    private long nextSegment = 1;
    private int nextGrain = 8;
    private int lookups;
    private boolean exact;
    /** The lineage that becomes independent, 0 for none. */
    private long detaching;

    private @Nullable Filling filling;
    private boolean underWay;
    private boolean flushed;
    /** What is inherited may have one of these births already, and the one that it had. */
    private final Set<Long> fillBirths = new HashSet<>();

    private final Map<Moment, MapView> views = new HashMap<>();

    MapWorld(long seed) {
        random = new Random(seed);
        map = open();
    }

    private BlockMap open() {
        MapLimits limits = new MapLimits(
                1 << 20,
                0,
                40 + random.nextInt(400),
                4000,
                TimeUnit.SECONDS.toNanos(1),
                TimeUnit.SECONDS.toNanos(5),
                7);
        BlockMap opened = new BlockMap(new MapSetup(loop, store, writing::add, reading::add, ledger, limits));
        moments((lineage, lsn) -> opened.retain(lineage, lsn));
        opened.start();
        return opened;
    }

    long lsn() {
        return log.size();
    }

    /** Those that are retained as of what the store has. */
    private void moments(MapAudit.Moments.Visitor visitor) {
        long applied = store.appliedLsn();
        for (Moment moment : model.moments()) {
            if (moment.lsn <= applied && moment.released > applied) {
                visitor.moment(moment.lineage, moment.lsn);
            }
        }
    }

    int lookups() {
        return lookups;
    }

    ModelMetadataStore store() {
        return store;
    }

    BlockMap map() {
        return map;
    }

    // what happens

    void step() {
        int what = random.nextInt(100);
        if (what < 30) {
            append(write());
        } else if (what < 40) {
            append(blank());
        } else if (what < 50) {
            append(relocation());
        } else if (what < 51 && random.nextInt(4) == 0) {
            append(new Fact(Kind.DELETE, deleteLineage(), lsn() + 1, 0, 0, 0));
        } else if (what < 51) {
            fork();
        } else if (what < 53) {
            snapshot();
        } else if (what < 54) {
            release();
        } else if (what < 55 && random.nextBoolean()) {
            detach();
        } else if (what < 55) {
            log.add(List.of());
            map.advance(lsn());
        } else if (what < 72) {
            lookup();
        } else if (what < 74) {
            map.fold(ok -> assertThat(ok).isTrue());
        } else if (what < 75) {
            long asked = lsn();
            map.flush(ok -> assertThat(map.flushedLsn()).isGreaterThanOrEqualTo(asked));
        } else if (what < 77) {
            loop.queue().advance(random.nextInt(2_000_000_000));
        } else {
            turn();
        }
    }

    /** One task of one thread. */
    boolean turn() {
        switch (random.nextInt(5)) {
            case 0 -> {
                Runnable task = writing.poll();
                if (task != null) {
                    loop.runAway(task);
                }
            }
            case 1 -> {
                if (!reading.isEmpty()) {
                    loop.runAway(reading.remove(random.nextInt(reading.size())));
                }
            }
            case 2 -> loop.arrive(random);
            default -> loop.queue().runOne();
        }
        return !writing.isEmpty() || !reading.isEmpty() || loop.hasLate();
    }

    void quiesce() {
        do {
            loop.queue().runAll();
            while (turn()) {
                loop.queue().runAll();
            }
            loop.queue().advance(TimeUnit.MILLISECONDS.toNanos(3));
        } while (!writing.isEmpty() || !reading.isEmpty() || loop.hasLate() || map.reaping());
    }

    private void append(Fact... facts) {
        log.add(List.of(facts));
        for (Fact fact : facts) {
            model.apply(fact);
            give(fact);
        }
        map.advance(lsn());
    }

    /** Of one lineage or two, at one moment. */
    private void snapshot() {
        long one = lineage();
        long other = lineage();
        Fact first = new Fact(Kind.SNAP, one, lsn() + 1, 0, 0, 0);
        if (one == other) {
            append(first);
        } else {
            append(first, new Fact(Kind.SNAP, other, lsn() + 1, 0, 0, 0));
        }
    }

    private List<Moment> retained() {
        return model.moments().stream()
                .filter(moment -> moment.released == Long.MAX_VALUE)
                .toList();
    }

    private void release() {
        List<Moment> all = retained();
        if (!all.isEmpty() && (all.size() > 8 || random.nextInt(3) == 0)) {
            Moment gone = all.get(random.nextInt(all.size()));
            MapView view = views.remove(gone);
            if (view != null) {
                view.close();
            }
            append(new Fact(Kind.RELEASE, gone.lineage, lsn() + 1, gone.lsn, 0, 0));
        }
    }

    /** Of a lineage as it is now, or of a retained moment; perhaps instead of the lineage. */
    private void fork() {
        List<Moment> all = retained();
        long child = nextLineage++;
        if (!all.isEmpty() && random.nextBoolean()) {
            Moment from = all.get(random.nextInt(all.size()));
            append(new Fact(Kind.FORK, child, lsn() + 1, from.lineage, from.lsn, 0));
        } else {
            long parent = lineage();
            Fact fork = new Fact(Kind.FORK, child, lsn() + 1, parent, lsn() + 1, 0);
            if (random.nextBoolean()) {
                living.remove(parent);
                append(fork, new Fact(Kind.DELETE, parent, lsn() + 1, 0, 0, 0));
            } else {
                append(fork);
            }
        }
        living.add(child);
    }

    // independence

    /** Begins to make a lineage independent, or goes on with one. */
    private void detach() {
        List<Long> children = model.children();
        if (detaching == 0 && !children.isEmpty()) {
            detaching = children.get(random.nextInt(children.size()));
            fillBirths.add(model.parentLsn(detaching));
            append(new Fact(Kind.DETACHING, detaching, lsn() + 1, 0, 0, 0));
            filling = map.fillings().of(detaching);
            underWay = true;
            map.fold(ok -> underWay = false);
        } else if (detaching != 0 && !underWay) {
            fill();
        }
    }

    private void fill() {
        Filling of = filling;
        if (of == null || map.find(detaching) == null) {
            detaching = 0;
            flushed = false;
            return;
        }
        if (flushed) {
            append(new Fact(Kind.DETACHED, detaching, lsn() + 1, 0, 0, 0));
            assertThat(map.lineage(detaching).parent()).isNull();
            detaching = 0;
            flushed = false;
            return;
        }
        underWay = true;
        BlockMap before = map;
        if (of.isDone()) {
            map.flush(ok -> {
                if (map.equals(before)) {
                    underWay = false;
                    flushed = true;
                }
            });
            return;
        }
        map.fillings().survey(of, segments -> {
            if (map.equals(before)) {
                Set<Long> allowed = new HashSet<>(segments == null ? Set.of() : segments);
                if (random.nextInt(3) == 0) {
                    allowed.removeIf(segment -> random.nextInt(8) == 0);
                }
                map.fillings().fill(of, allowed, done -> {
                    if (map.equals(before)) {
                        underWay = false;
                    }
                });
            }
        });
    }

    private void finishDetaching() {
        while (detaching != 0) {
            detach();
            quiesce();
        }
    }

    private void give(Fact fact) {
        switch (fact.kind()) {
            case WRITE -> fact.write(map.lineage(fact.lineage()));
            case RELOCATE -> {
                LineageMap lineage = map.find(fact.lineage());
                if (lineage != null) {
                    lineage.relocate(fact.birth(), fact.block(), (int) fact.blocks(), fact.pointer(), fact.checksums());
                }
            }
            case DELETE -> map.end(fact.lineage());
            case SNAP -> map.retain(fact.lineage(), fact.birth());
            case RELEASE -> map.release(fact.lineage(), fact.block());
            case FORK -> map.fork(fact.lineage(), fact.block(), fact.blocks());
            case DETACHING -> map.detaching(fact.lineage());
            case DETACHED -> map.detached(fact.lineage());
            case BLANK -> {
                LineageMap lineage = map.lineage(fact.lineage());
                if (fact.pointer() == Pointer.POISON) {
                    lineage.poison(fact.birth(), fact.block(), fact.blocks());
                } else if (fact.pointer() == Pointer.ZERO) {
                    lineage.zero(fact.birth(), fact.block(), fact.blocks());
                } else {
                    lineage.unmap(fact.birth(), fact.block(), fact.blocks());
                }
            }
        }
    }

    /** One that lives. */
    private long lineage() {
        return living.get(random.nextInt(living.size()));
    }

    /** Takes one out of use for good, and another one into it. */
    private long deleteLineage() {
        living.add(nextLineage++);
        return living.remove(random.nextInt(living.size() - 1));
    }

    private Fact write() {
        int blocks = random.nextInt(3) == 0 ? 1 + random.nextInt(256) : 1 + random.nextInt(4);
        return new Fact(Kind.WRITE, lineage(), lsn() + 1, block(blocks), blocks, place(blocks));
    }

    private Fact blank() {
        long pointer = switch (random.nextInt(5)) {
            case 0 -> Pointer.POISON;
            case 1 -> Pointer.ZERO;
            default -> Pointer.HOLE;
        };
        int most = pointer == Pointer.POISON ? 40 : random.nextInt(10) == 0 ? BLOCKS : 300;
        int blocks = 1 + random.nextInt(most);
        return new Fact(Kind.BLANK, lineage(), lsn() + 1, block(blocks), blocks, pointer);
    }

    /** Of a write that may be in the past of the map, whole or in part. */
    private Fact relocation() {
        for (int i = 0; i < 20 && !log.isEmpty(); i++) {
            List<Fact> facts = log.get(random.nextInt(log.size()));
            if (!facts.isEmpty() && facts.getFirst().kind() == Kind.WRITE) {
                Fact old = facts.getFirst();
                int from = random.nextInt((int) old.blocks());
                int blocks = 1 + random.nextInt((int) old.blocks() - from);
                if (!model.isDead(old.lineage())) {
                    return new Fact(
                            Kind.RELOCATE, old.lineage(), old.birth(), old.block() + from, blocks, place(blocks));
                }
            }
        }
        return write();
    }

    private long block(int blocks) {
        int area = random.nextBoolean() ? 1500 : BLOCKS;
        return random.nextInt(Math.max(1, area - blocks));
    }

    private long place(int blocks) {
        if (nextGrain + 8 * blocks > 8 * 2000) {
            nextSegment++;
            nextGrain = 8;
        }
        long pointer = Pointer.raw(nextSegment, nextGrain);
        nextGrain += 8 * blocks;
        return pointer;
    }

    // what must hold

    private void lookup() {
        int blocks = 1 + random.nextInt(300);
        List<Moment> all = retained();
        if (all.isEmpty() || random.nextBoolean()) {
            compare(lineage(), null, block(blocks), blocks, true);
        } else {
            Moment moment = all.get(random.nextInt(all.size()));
            compare(moment.lineage, moment, block(blocks), blocks, true);
        }
    }

    /** The map of a lineage now, or at a moment. */
    private MapReader reader(long lineage, @Nullable Moment moment) {
        return moment == null
                ? map.lineage(lineage)
                : views.computeIfAbsent(moment, first -> map.view(lineage, moment.lsn));
    }

    private void compare(long lineage, @Nullable Moment moment, long block, int blocks, boolean mayLoad) {
        MapReader asked = reader(lineage, moment);
        MapSlice slice = new MapSlice(blocks);
        if (!asked.lookup(block, blocks, slice)) {
            assertThat(mayLoad).as("loaded, and still not known").isTrue();
            BlockMap before = map;
            asked.load(block, blocks, ok -> {
                assertThat(ok).isTrue();
                boolean there = moment == null ? living.contains(lineage) : moment.released == Long.MAX_VALUE;
                if (map.equals(before) && there) {
                    compare(lineage, moment, block, blocks, false);
                }
            });
            return;
        }
        lookups++;
        for (int i = 0; i < blocks; i++) {
            Version version = model.version(lineage, block + i, moment == null ? Long.MAX_VALUE : moment.lsn);
            if (!same(slice, i, version)) {
                throw new AssertionError("lineage " + lineage + (moment == null ? "" : " as of " + moment.lsn)
                        + " block " + (block + i) + " after record " + lsn() + ": "
                        + Pointer.describe(slice.pointer(i)) + " birth " + slice.birth(i) + ", expected "
                        + (version == null
                                ? "a hole"
                                : Pointer.describe(version.pointer()) + " birth " + version.birth));
            }
        }
    }

    /** The store may lag behind relocations: both places hold the version. */
    private boolean same(MapSlice slice, int index, @Nullable Version version) {
        long pointer = slice.pointer(index);
        if (version == null) {
            return HeadMerge.isBlank(pointer);
        }
        boolean early = fillBirths.contains(slice.birth(index)) && !exact;
        boolean there = exact && !version.inherited();
        return (slice.birth(index) == version.birth || early)
                && slice.checksum(index) == version.checksum
                && (there ? pointer == version.pointer() : version.pointers.contains(pointer));
    }

    /** Everything folded: each lineage, and each moment, says exactly what it should. */
    void compareAll() {
        finishDetaching();
        map.fold(ok -> assertThat(ok).isTrue());
        quiesce();
        exact = true;
        for (int block = 0; block < BLOCKS; block += 512) {
            for (long lineage : living) {
                compare(lineage, null, block, 512, true);
            }
            for (Moment moment : retained()) {
                compare(moment.lineage, moment, block, 512, true);
            }
            quiesce();
        }
        exact = false;
    }

    /** Everything folded: the store equals the model, to the last version and counter. */
    void audit() {
        finishDetaching();
        map.fold(ok -> assertThat(ok).isTrue());
        quiesce();
        Set<Needed> stored = new HashSet<>();
        assertThat(MapAudit.check(store, this::moments, run -> {
                    for (int i = 0; i < run.blocks() && !HeadMerge.isBlank(run.pointer()); i++) {
                        int checksum = run.checksums().length == 0 ? 0 : run.checksums()[i];
                        long pointer = Pointer.plus(run.pointer(), i);
                        stored.add(new Needed(run.lineage(), run.block() + i, run.birth(), pointer, checksum));
                        Version version = model.born(run.lineage(), run.block() + i, run.birth());
                        if (version != null) {
                            version.settle(pointer);
                        }
                    }
                }))
                .isEmpty();
        Set<Needed> needed = model.needed();
        Set<Needed> missing = new HashSet<>(needed);
        missing.removeAll(stored);
        stored.removeAll(needed);
        assertThat(missing).as("needed and not stored").isEmpty();
        assertThat(stored).as("stored and not needed").isEmpty();
        Map<Long, Long> live = new HashMap<>();
        for (Needed version : needed) {
            if (Pointer.hasData(version.pointer())) {
                live.merge(Pointer.segment(version.pointer()), 4096L, Long::sum);
            }
        }
        live.forEach((segment, bytes) -> assertThat(ledger.live(segment)).isEqualTo(bytes));
        assertThat(ledger.liveBytes())
                .isEqualTo(live.values().stream().mapToLong(Long::longValue).sum());
    }

    /** Everything folded: what differs, what is mapped, and what a release gives back. */
    void questions() {
        List<Moment> all = retained();
        List<BlockMap.Spot> spots = new ArrayList<>();
        all.forEach(moment -> spots.add(new BlockMap.Spot(moment.lineage, moment.lsn)));
        living.forEach(lineage -> spots.add(new BlockMap.Spot(lineage, BlockMap.NOW)));
        for (int i = 0; i < 6; i++) {
            differ(spots.get(random.nextInt(spots.size())), spots.get(random.nextInt(spots.size())));
        }
        long lineage = lineage();
        long mapped = 0;
        for (long block = 0; block < BLOCKS; block++) {
            Version version = model.version(lineage, block, Long.MAX_VALUE);
            mapped += version != null && Pointer.hasData(version.pointer()) ? 1 : 0;
        }
        long expected = mapped;
        map.mapped(lineage, answer -> assertThat(answer).isEqualTo(expected));
        quiesce();
        foretell(all);
    }

    private void differ(BlockMap.Spot one, BlockMap.Spot other) {
        long first = random.nextBoolean() ? 0 : random.nextInt(BLOCKS);
        int most = random.nextBoolean() ? Integer.MAX_VALUE : 20;
        boolean[] told = {false};
        map.compare(one, other, first, most, found -> {
            assertThat(found).isNotNull();
            boolean[] named = new boolean[BLOCKS];
            found.ranges((from, end) -> {
                for (long block = from; block < Math.min(end, BLOCKS); block++) {
                    named[(int) block] = true;
                }
                return true;
            });
            for (long block = first; block < Math.min(BLOCKS, found.endBlock()); block++) {
                Version a = model.version(one.lineage(), block, one.lsn());
                Version b = model.version(other.lineage(), block, other.lsn());
                if (a != b && !named[(int) block]) {
                    throw new AssertionError("block " + block + " differs between " + one + " and " + other);
                }
            }
            told[0] = true;
        });
        quiesce();
        assertThat(told[0]).isTrue();
    }

    private void foretell(List<Moment> all) {
        List<Moment> some = all.stream().filter(moment -> random.nextBoolean()).toList();
        if (some.isEmpty()) {
            return;
        }
        int before = places();
        Reclaim what = map.reclaim();
        some.forEach(moment -> what.release(moment.lineage, moment.lsn));
        long[] blocks = {-1};
        map.reclaim(what, segment -> Places.records(log, segment), answer -> blocks[0] = answer == null ? -1 : answer);
        quiesce();
        for (Moment gone : some) {
            MapView view = views.remove(gone);
            if (view != null) {
                view.close();
            }
            append(new Fact(Kind.RELEASE, gone.lineage, lsn() + 1, gone.lsn, 0, 0));
        }
        assertThat(before - places()).isEqualTo((int) blocks[0]);
    }

    /** How many places the store names: one that became independent shows what others own. */
    private int places() {
        map.fold(ok -> assertThat(ok).isTrue());
        quiesce();
        return Places.named(store);
    }

    /** Power cut: memory is lost, the store goes back; what it misses is given again. */
    void crash() {
        writing.clear();
        reading.clear();
        loop = new LateLoop();
        store = store.crash(random);
        ledger = new SpaceLedger(64 << 20);
        views.clear();
        detaching = 0;
        underWay = false;
        flushed = false;
        map = open();
        assertThat(MapAudit.check(store, this::moments, run -> {})).isEmpty();
        for (long lsn = map.advancedLsn() + 1; lsn <= lsn(); lsn++) {
            log.get((int) lsn - 1).forEach(this::give);
            map.advance(lsn);
            if (random.nextInt(3) == 0) {
                turn();
            }
        }
        map.fillings().due().stream().findFirst().ifPresent(lineage -> {
            detaching = lineage;
            filling = map.fillings().of(lineage);
            underWay = true;
            map.fold(ok -> underWay = false);
        });
    }
}
