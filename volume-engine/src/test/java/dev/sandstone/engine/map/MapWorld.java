package dev.sandstone.engine.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.map.ReferenceMap.Fact;
import dev.sandstone.engine.map.ReferenceMap.Kind;
import dev.sandstone.engine.map.ReferenceMap.Version;
import dev.sandstone.engine.meta.ModelMetadataStore;
import dev.sandstone.engine.space.SpaceLedger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.TimeUnit;

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
        opened.start();
        return opened;
    }

    long lsn() {
        return log.size();
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
        } else if (what < 52) {
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

    private void append(Fact fact) {
        log.add(List.of(fact));
        model.apply(fact);
        give(fact);
        map.advance(lsn());
    }

    private void give(Fact fact) {
        if (fact.kind() == Kind.DELETE) {
            map.destroy(fact.lineage());
            return;
        }
        LineageMap lineage = map.lineage(fact.lineage());
        switch (fact.kind()) {
            case WRITE ->
                lineage.write(fact.birth(), fact.block(), (int) fact.blocks(), fact.pointer(), fact.checksums());
            case RELOCATE ->
                lineage.relocate(fact.birth(), fact.block(), (int) fact.blocks(), fact.pointer(), fact.checksums());
            default -> {
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
                if (living.contains(old.lineage())) {
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
        compare(lineage(), block(blocks), blocks, true);
    }

    private void compare(long lineage, long block, int blocks, boolean mayLoad) {
        LineageMap asked = map.lineage(lineage);
        MapSlice slice = new MapSlice(blocks);
        if (!asked.lookup(block, blocks, slice)) {
            assertThat(mayLoad).as("loaded, and still not known").isTrue();
            BlockMap before = map;
            asked.load(block, blocks, ok -> {
                assertThat(ok).isTrue();
                if (map.equals(before) && living.contains(lineage)) {
                    compare(lineage, block, blocks, false);
                }
            });
            return;
        }
        lookups++;
        for (int i = 0; i < blocks; i++) {
            Version version = model.version(lineage, block + i);
            String where = "lineage " + lineage + " block " + (block + i) + " after record " + lsn();
            if (version == null) {
                assertThat(slice.pointer(i)).as(where).isIn(Pointer.HOLE, Pointer.ZERO);
            } else {
                assertThat(Pointer.describe(slice.pointer(i))).as(where).isEqualTo(Pointer.describe(version.pointer()));
                assertThat(slice.birth(i)).as(where).isEqualTo(version.birth());
                assertThat(slice.checksum(i)).as(where).isEqualTo(version.checksum());
            }
        }
    }

    void compareAll() {
        for (long lineage : living) {
            for (int block = 0; block < BLOCKS; block += 256) {
                compare(lineage, block, 256, true);
                quiesce();
            }
        }
    }

    /** Everything folded: the store equals the model, to the last counter. */
    void audit() {
        map.fold(ok -> assertThat(ok).isTrue());
        quiesce();
        List<HeadRun> runs = new ArrayList<>();
        assertThat(MapAudit.check(store, runs::add)).isEmpty();
        long stored = runs.stream().mapToLong(HeadRun::blocks).sum();
        assertThat(stored).isEqualTo(model.blocks());
        model.live()
                .forEach((segment, bytes) -> assertThat(ledger.live(segment)).isEqualTo(bytes));
        assertThat(ledger.liveBytes())
                .isEqualTo(model.live().values().stream()
                        .mapToLong(Long::longValue)
                        .sum());
    }

    /** Power cut: memory is lost, the store goes back; what it misses is given again. */
    void crash() {
        writing.clear();
        reading.clear();
        loop = new LateLoop();
        store = store.crash(random);
        ledger = new SpaceLedger(64 << 20);
        map = open();
        assertThat(MapAudit.check(store, run -> {})).isEmpty();
        for (long lsn = map.advancedLsn() + 1; lsn <= lsn(); lsn++) {
            log.get((int) lsn - 1).forEach(this::give);
            map.advance(lsn);
            if (random.nextInt(3) == 0) {
                turn();
            }
        }
    }
}
