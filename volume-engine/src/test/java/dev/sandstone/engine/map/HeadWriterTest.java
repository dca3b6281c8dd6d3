package dev.sandstone.engine.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.meta.HeapMetadataStore;
import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataBatch;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Folds that meet what an earlier one left. */
class HeadWriterTest {
    private static final long LINEAGE = 9;
    private static final long MOMENT = 50;
    private static final long UNMAP = 51;
    private static final int RUNS_PER_STEP = 1;

    /**
     * A long UNMAP right after a moment, begun by a version that left older tombstones where they were, and cut short: some blocks
     * are displaced and have their row of history, whose key the older tombstones' row has now.
     */
    @Test
    void addsToTheRowsOfAFoldThatWasCutShort() {
        try (HeapMetadataStore store = new HeapMetadataStore()) {
            cutShort(store);
            HeadWriter writer =
                    new HeadWriter(new MapCommit(store), new MapLimits(1 << 20, 1 << 20, 1, 1, 1, 1, RUNS_PER_STEP));
            Generation unmap = new Generation();
            unmap.spans().blank(0, 4 * Leaf.BLOCKS, Pointer.HOLE, UNMAP);

            writer.fold(new FoldInput(
                    UNMAP,
                    List.of(new FoldInput.Part(LINEAGE, unmap, MOMENT, Points.NONE.with(MOMENT), true)),
                    List.of(),
                    List.of()));

            ByteBuffer key = ByteBuffer.allocate(KeySpace.HISTORY_KEY_BYTES);
            HistRow row = new HistRow();
            row.decode(Objects.requireNonNull(store.get(Table.HIST, KeySpace.hist(key, LINEAGE, 0, UNMAP))));
            assertThat(row.present).isEqualTo(0b11111);
            assertThat(row.versions.pointers[3]).isEqualTo(Pointer.raw(1, 8 * 3));
            assertThat(row.versions.births[3]).isEqualTo(7);
            assertThat(row.versions.pointers[4]).isEqualTo(Pointer.HOLE);
            assertThat(row.versions.births[4]).isEqualTo(5);
            DeadRow dead = DeadRow.decode(
                    Objects.requireNonNull(store.get(Table.DEAD, KeySpace.dead(key, LINEAGE, UNMAP, 0))));
            assertThat(dead).isEqualTo(new DeadRow(-1L << 5, 1));
        }
    }

    private static void cutShort(MetadataStore store) {
        MetadataBatch batch = new MetadataBatch();
        batch.lsn(MOMENT);
        head(batch, 0, 3, UNMAP);
        head(batch, 4, 4, 5);
        head(batch, 5, 2 * Leaf.BLOCKS - 1, UNMAP);
        HistRow displaced = new HistRow();
        for (int block = 0; block < 4; block++) {
            displaced.put(block, Pointer.raw(1, 8 * block), 7, block);
        }
        ByteBuffer key = ByteBuffer.allocate(KeySpace.HISTORY_KEY_BYTES);
        ByteBuffer value = ByteBuffer.allocate(HistRow.MAX_BYTES);
        batch.put(Table.HIST, KeySpace.hist(key, LINEAGE, 0, UNMAP), displaced.encode(value));
        DeadRow absent = new DeadRow(-1L << 5, 1);
        batch.put(Table.DEAD, KeySpace.dead(key, LINEAGE, UNMAP, 0), absent.encode(value));
        store.commit(batch);
    }

    private static void head(MetadataBatch batch, long first, long last, long birth) {
        Run run = new Run();
        run.set(first, last, Pointer.HOLE, birth);
        batch.put(
                Table.HEAD,
                KeySpace.head(ByteBuffer.allocate(KeySpace.HEAD_KEY_BYTES), LINEAGE, last),
                RunCodec.encode(ByteBuffer.allocate(RunCodec.MAX_BYTES), run));
    }
}
