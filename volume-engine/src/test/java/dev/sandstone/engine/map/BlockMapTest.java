package dev.sandstone.engine.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.loop.QueueLoop;
import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.ModelMetadataStore;
import dev.sandstone.engine.meta.Table;
import dev.sandstone.engine.space.SpaceLedger;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BlockMapTest {
    private static final int[] NO_SUMS = new int[256];
    private final QueueLoop loop = new QueueLoop();
    private final Queue<Runnable> writing = new ArrayDeque<>();
    private final Queue<Runnable> reading = new ArrayDeque<>();
    private final ModelMetadataStore store = new ModelMetadataStore();
    private final SpaceLedger ledger = new SpaceLedger(64 << 20);
    private final MapSlice slice = new MapSlice(256);
    private final BlockMap map = open(store, 1000);

    private BlockMap open(ModelMetadataStore over, int foldEntries) {
        MapLimits limits = new MapLimits(
                2L * foldEntries * MapLimits.ENTRY_BYTES,
                0,
                foldEntries,
                1 << 20,
                TimeUnit.SECONDS.toNanos(2),
                TimeUnit.SECONDS.toNanos(30),
                10);
        return new BlockMap(new MapSetup(loop, over, writing::add, reading::add, ledger, limits));
    }

    private void settle() {
        loop.runAll();
        while (!writing.isEmpty() || !reading.isEmpty()) {
            Runnable task = writing.isEmpty() ? reading.remove() : writing.remove();
            task.run();
            loop.runAll();
        }
    }

    private void write(BlockMap into, long block, int blocks) {
        long lsn = into.advancedLsn() + 1;
        into.lineage(1).write(lsn, block, blocks, Pointer.raw(lsn, 8), NO_SUMS);
        into.advance(lsn);
    }

    @Test
    void lsnsAreDense() {
        map.advance(1);
        assertThatThrownBy(() -> map.advance(3)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> map.advance(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void foldsByItselfAfterAWhileAndFlushesLater() {
        write(map, 0, 1);
        loop.advance(TimeUnit.SECONDS.toNanos(2));
        settle();
        assertThat(map.foldedLsn()).isEqualTo(1);
        assertThat(map.flushedLsn()).isZero();
        loop.advance(TimeUnit.SECONDS.toNanos(30));
        settle();
        assertThat(map.flushedLsn()).isEqualTo(1);
    }

    @Test
    void foldsEarlyWhenMuchHasHappenedAndIsPressedWhenItLags() {
        BlockMap small = open(store, 100);
        int relieved = 0;
        while (!small.pressed()) {
            write(small, small.advancedLsn() * 300, 50);
        }
        assertThat(writing).as("one fold at a time").hasSize(1);
        List<String> told = new ArrayList<>();
        small.onRelief(() -> told.add("relieved"));
        assertThat(told).hasSize(relieved);
        settle();
        assertThat(told).containsExactly("relieved");
        assertThat(small.pressed()).isFalse();
        small.onRelief(() -> told.add("at once"));
        assertThat(told).hasSize(2);
    }

    @Test
    void pressureEndsThoughMomentsHaveClosedPartsOfTheOverlay() {
        BlockMap small = open(store, 100);
        for (int moment = 0; moment < 2; moment++) {
            write(small, moment, 1);
            small.retain(1, small.advancedLsn());
            small.advance(small.advancedLsn() + 1);
        }
        while (!small.pressed()) {
            write(small, small.advancedLsn() * 300, 50);
        }
        for (int admittedBefore = 0; admittedBefore < 10; admittedBefore++) {
            write(small, small.advancedLsn() * 300, 50);
        }
        settle();
        assertThat(small.pressed()).as("with nobody who could write").isFalse();
    }

    @Test
    void rowsAreStoredWithTheirRecord() {
        map.row(Table.VOLUME, new byte[] {1}, new byte[] {2});
        map.row(Table.VOLUME, new byte[] {3}, new byte[] {4});
        map.row(Table.VOLUME, new byte[] {3}, null);
        map.advance(1);
        map.fold(ok -> assertThat(ok).isTrue());
        settle();
        ByteBuffer key = ByteBuffer.allocateDirect(1).put((byte) 1).flip();
        assertThat(store.get(Table.VOLUME, key)).isEqualTo(ByteBuffer.wrap(new byte[] {2}));
        assertThat(store.get(
                        Table.VOLUME, ByteBuffer.allocateDirect(1).put((byte) 3).flip()))
                .isNull();
        assertThat(store.appliedLsn()).isEqualTo(1);
    }

    @Test
    void aFailedStoreEndsFoldsAndLoadsButNotWhatMemoryKnows() {
        write(map, 0, 4);
        store.failAfter(0);
        List<Boolean> told = new ArrayList<>();
        map.fold(told::add);
        settle();
        assertThat(told).containsExactly(false);
        assertThat(map.failure()).isNotNull().hasMessageContaining("told to fail");
        assertThat(map.lineage(1).lookup(0, 4, slice)).isTrue();
        assertThat(slice.birth(3)).isEqualTo(1);
        map.flush(told::add);
        settle();
        assertThat(told).containsExactly(false, false);
        write(map, 8, 1);
        assertThat(map.pressed()).isFalse();
    }

    @Test
    void aDeletedLineageIsAHoleAtOnceAndIsRemovedInSteps() {
        for (int i = 0; i < 40; i++) {
            write(map, 10L * i, 2);
        }
        LineageMap lineage = map.lineage(1);
        map.fold(ok -> assertThat(ok).isTrue());
        settle();
        assertThat(lineage.mappedBlocks()).isEqualTo(80);
        List<String> loads = new ArrayList<>();
        lineage.load(0, 10, ok -> loads.add("loaded " + ok));
        map.end(1);
        map.advance(41);
        assertThat(map.find(1)).isNull();
        assertThat(lineage.lookup(0, 256, slice)).isTrue();
        assertThat(slice.pointer(0)).isEqualTo(Pointer.HOLE);
        assertThatThrownBy(() -> lineage.unmap(42, 0, 1)).isInstanceOf(IllegalStateException.class);
        map.fold(ok -> assertThat(ok).isTrue());
        settle();
        assertThat(loads).containsExactly("loaded true");
        assertThat(map.reaping()).isTrue();
        assertThat(ledger.liveBytes()).isPositive();
        // A restart in between goes on where it was.
        SpaceLedger fresh = new SpaceLedger(64 << 20);
        BlockMap again =
                new BlockMap(new MapSetup(loop, store, writing::add, reading::add, fresh, MapLimits.of(1 << 20, 0)));
        assertThat(again.find(1)).isNull();
        assertThat(again.reaping()).isTrue();
        again.start();
        for (int i = 0; again.reaping(); i++) {
            settle();
            loop.advance(TimeUnit.MILLISECONDS.toNanos(2));
            assertThat(i).isLessThan(20);
        }
        assertThat(MapAudit.check(store, visitor -> {}, run -> assertThat(run).isNull()))
                .isEmpty();
        assertThat(fresh.liveBytes()).isZero();
    }

    @Test
    void aWholeVolumeIsUnmappedInOneEntryAndBoundedBatches() {
        for (int i = 0; i < 100; i++) {
            write(map, 1000L * i, 1);
        }
        map.fold(ok -> assertThat(ok).isTrue());
        settle();
        int commits = store.unflushed();
        map.lineage(1).unmap(101, 0, 1L << 41);
        map.advance(101);
        map.fold(ok -> assertThat(ok).isTrue());
        settle();
        assertThat(store.unflushed() - commits).isGreaterThan(9);
        assertThat(map.lineage(1).mappedBlocks()).isZero();
        assertThat(ledger.liveBytes()).isZero();
        assertThat(MapAudit.check(store, visitor -> {}, run -> assertThat(run).isNull()))
                .isEmpty();
    }

    @Test
    void aLoadThatAFoldOvertookReadsAgain() {
        LateLoop late = new LateLoop();
        BlockMap other =
                new BlockMap(new MapSetup(late, store, writing::add, reading::add, ledger, MapLimits.of(1 << 20, 0)));
        write(other, 0, 1);
        List<String> told = new ArrayList<>();
        LineageMap lineage = other.lineage(1);
        assertThat(lineage.lookup(0, 2, slice)).isFalse();
        lineage.load(0, 2, ok -> {
            assertThat(lineage.lookup(0, 2, slice)).isTrue();
            told.add(slice.birth(0) + " " + slice.birth(1));
        });
        other.fold(ok -> told.add("folded"));
        late.queue().runAll();
        Runnable fold = writing.remove();
        // The leaf is read before the fold is committed, and the word of it arrives after.
        late.runAway(reading.remove());
        fold.run();
        late.queue().runAll();
        assertThat(told).containsExactly("folded");
        assertThat(late.arrive(new Random(1))).isTrue();
        assertThat(told).as("the stale leaf was not believed").containsExactly("folded");
        reading.remove().run();
        late.queue().runAll();
        assertThat(told).containsExactly("folded", "1 0");
    }

    @Test
    void closingWaitsForWhatIsUnderWay() {
        write(map, 0, 1);
        map.fold(ok -> assertThat(ok).isTrue());
        map.lineage(1).load(500, 1, ok -> assertThat(ok).isTrue());
        loop.runAll();
        List<String> told = new ArrayList<>();
        map.close(() -> told.add("closed"));
        assertThat(told).isEmpty();
        writing.remove().run();
        loop.runAll();
        assertThat(told).as("a load is under way").isEmpty();
        settle();
        assertThat(told).containsExactly("closed");
        map.fold(ok -> told.add("folded " + ok));
        write(map, 1, 1);
        map.fold(ok -> told.add("folded " + ok));
        loop.advance(TimeUnit.SECONDS.toNanos(60));
        assertThat(told).containsExactly("closed", "folded true", "folded false");
        assertThat(writing).isEmpty();
    }

    @Test
    void whatOnlyTheUndoSnapshotShowedGoesWithItWheneverPowerIsLost() {
        for (int steps = 0; steps < 5; steps++) {
            new BlockMapTest().undoDeleted(steps);
        }
    }

    /** A volume goes back, its undo snapshot is deleted; power is lost after so many steps of what follows. */
    private void undoDeleted(int steps) {
        write(map, 0, 1);
        map.retain(1, 2);
        map.advance(2);
        write(map, 1, 1);
        map.retain(1, 4);
        map.fork(2, 1, 2);
        map.end(1);
        map.advance(4);
        map.fold(ok -> assertThat(ok).isTrue());
        settle();
        map.release(1, 4);
        map.advance(5);
        map.fold(ok -> assertThat(ok).isTrue());
        settle();
        for (int i = 0; i < steps; i++) {
            loop.advance(TimeUnit.MILLISECONDS.toNanos(2));
            if (!writing.isEmpty()) {
                writing.remove().run();
                loop.runAll();
            }
        }
        store.flush();
        ModelMetadataStore kept = store.crash(0);
        BlockMap again = open(kept, 1000);
        again.start();
        for (int i = 0; i < 10; i++) {
            loop.advance(TimeUnit.MILLISECONDS.toNanos(2));
            settle();
        }
        assertThat(again.reaping()).isFalse();
        assertThat(headRows(kept, 1)).as("after %d steps", steps).isOne();
    }

    private static int headRows(ModelMetadataStore store, long lineage) {
        ByteBuffer from = KeySpace.head(ByteBuffer.allocateDirect(KeySpace.HEAD_KEY_BYTES), lineage, 0);
        ByteBuffer to = KeySpace.head(ByteBuffer.allocateDirect(KeySpace.HEAD_KEY_BYTES), lineage, Long.MAX_VALUE);
        int count = 0;
        try (MetadataCursor rows = store.scan(Table.HEAD, from, to)) {
            for (; rows.valid(); rows.next()) {
                count++;
            }
        }
        return count;
    }
}
