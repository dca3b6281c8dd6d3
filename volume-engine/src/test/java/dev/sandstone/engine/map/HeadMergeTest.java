package dev.sandstone.engine.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.meta.HeapMetadataStore;
import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataBatch;
import dev.sandstone.engine.meta.Table;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every way in which pieces can meet the runs of a few blocks. */
class HeadMergeTest {
    private static final int BLOCKS = 6;
    private static final long LINEAGE = 9;
    private static final long NEW_BIRTH = 100;
    private static final long NEW_SEGMENT = 77;

    /** What one block should be: birth 0 for a hole. */
    private record Cell(long birth, long pointer, int checksum) {
        static final Cell HOLE = new Cell(0, 0, 0);
    }

    private record Piece(int first, int last, boolean conditional, long birth, boolean blank) {
        Run run() {
            Run run = new Run();
            run.set(first, last, blank ? Pointer.HOLE : Pointer.raw(NEW_SEGMENT, 8 * first), birth);
            for (int i = 0; i <= last - first; i++) {
                run.checksum(i, blank ? 0 : 1000 + first + i);
            }
            return run;
        }
    }

    /** Runs of some blocks each: bit i of the cuts ends a run after block i, of the holes makes part i a hole. */
    private static List<Run> layout(int cuts, int holes) {
        List<Run> runs = new ArrayList<>();
        int first = 0;
        int part = 0;
        for (int block = 0; block < BLOCKS; block++) {
            if (block == BLOCKS - 1 || (cuts >> block & 1) != 0) {
                if ((holes >> part & 1) == 0) {
                    Run run = new Run();
                    run.set(first, block, Pointer.raw(part + 1, 8 * (1 + 3 * part)), part + 1);
                    for (int i = 0; i <= block - first; i++) {
                        run.checksum(i, 10 * part + i);
                    }
                    runs.add(run);
                }
                first = block + 1;
                part++;
            }
        }
        return runs;
    }

    private static Cell[] cells(List<Run> runs) {
        Cell[] cells = new Cell[BLOCKS];
        Arrays.fill(cells, Cell.HOLE);
        for (Run run : runs) {
            for (long block = run.first; block <= run.last; block++) {
                int at = (int) (block - run.first);
                cells[(int) block] = new Cell(run.birth, Pointer.plus(run.pointer, at), run.checksum(at));
            }
        }
        return cells;
    }

    private static void put(Cell[] cells, Piece piece) {
        Run run = piece.run();
        for (int block = piece.first; block <= piece.last; block++) {
            int at = block - piece.first;
            if (piece.blank) {
                cells[block] = Cell.HOLE;
            } else if (!piece.conditional || cells[block].birth == piece.birth) {
                cells[block] = new Cell(piece.birth, Pointer.plus(run.pointer, at), run.checksum(at));
            }
        }
    }

    private static void check(List<Run> before, List<Piece> pieces) {
        Cell[] expected = cells(before);
        try (HeapMetadataStore store = new HeapMetadataStore()) {
            MetadataBatch batch = new MetadataBatch();
            batch.lsn(NEW_BIRTH);
            HeadChange change = new HeadChange();
            ByteBuffer key = ByteBuffer.allocateDirect(KeySpace.HEAD_KEY_BYTES);
            ByteBuffer value = ByteBuffer.allocateDirect(RunCodec.MAX_BYTES);
            for (Run run : before) {
                batch.put(Table.HEAD, KeySpace.head(key, LINEAGE, run.last), RunCodec.encode(value, run));
            }
            // Neighbours that nothing may touch.
            Run other = new Run();
            other.set(0, BLOCKS, Pointer.POISON, 1);
            batch.put(Table.HEAD, KeySpace.head(key, LINEAGE - 1, other.last), RunCodec.encode(value, other));
            batch.put(Table.HEAD, KeySpace.head(key, LINEAGE + 1, other.last), RunCodec.encode(value, other));
            store.commit(batch);
            batch.clear();
            try (HeadMerge merge = new HeadMerge(store, batch, change, LINEAGE)) {
                for (Piece piece : pieces) {
                    merge.put(piece.run(), piece.conditional);
                    put(expected, piece);
                }
                merge.finish();
            }
            store.commit(batch);
            List<Run> after = new ArrayList<>();
            int[] others = {0};
            MapAudit.check(store, visitor -> {}, run -> {
                if (run.lineage() == LINEAGE) {
                    after.add(copy(run));
                } else {
                    others[0]++;
                }
            });
            assertThat(cells(after)).as("%s", pieces).isEqualTo(expected);
            assertThat(after.stream().mapToLong(Run::blocks).sum())
                    .as("no block twice: %s", pieces)
                    .isEqualTo(mapped(expected));
            assertThat(change.mapped()).isEqualTo(mapped(expected) - mapped(cells(before)));
            assertThat(others[0]).isEqualTo(2);
        }
    }

    private static long mapped(Cell[] cells) {
        return Arrays.stream(cells).filter(cell -> cell.birth != 0).count();
    }

    private static Run copy(HeadRun found) {
        Run run = new Run();
        run.set(found.block(), found.block() + found.blocks() - 1, found.pointer(), found.birth());
        for (int i = 0; i < found.checksums().length; i++) {
            run.checksum(i, found.checksums()[i]);
        }
        return run;
    }

    private static List<Piece> pieces(int first, int last) {
        List<Piece> pieces = new ArrayList<>();
        pieces.add(new Piece(first, last, false, NEW_BIRTH, false));
        pieces.add(new Piece(first, last, false, NEW_BIRTH, true));
        for (long birth = 1; birth <= BLOCKS; birth++) {
            pieces.add(new Piece(first, last, true, birth, false));
        }
        return pieces;
    }

    @Test
    void onePieceOverEveryLayout() {
        for (int cuts = 0; cuts < 1 << (BLOCKS - 1); cuts++) {
            int parts = Integer.bitCount(cuts) + 1;
            for (int holes = 0; holes < 1 << parts; holes++) {
                for (int first = 0; first < BLOCKS; first++) {
                    for (int last = first; last < BLOCKS; last++) {
                        for (Piece piece : pieces(first, last)) {
                            if (!piece.conditional || piece.birth <= parts) {
                                check(layout(cuts, holes), List.of(piece));
                            }
                        }
                    }
                }
            }
        }
    }

    @Test
    void severalPiecesOverRandomLayouts() {
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            int cuts = random.nextInt(1 << (BLOCKS - 1));
            List<Piece> chosen = new ArrayList<>();
            int first = 0;
            while (first < BLOCKS) {
                int last = first + random.nextInt(BLOCKS - first);
                List<Piece> kinds = pieces(first, last);
                if (random.nextInt(4) != 0) {
                    chosen.add(kinds.get(random.nextInt(kinds.size())));
                }
                first = last + 1;
            }
            check(layout(cuts, random.nextInt(1 << BLOCKS)), chosen);
        }
    }

    @Test
    void erasesStepByStep() {
        for (int cuts = 0; cuts < 1 << (BLOCKS - 1); cuts++) {
            for (int first = 0; first < BLOCKS; first++) {
                for (int last = first; last < BLOCKS; last++) {
                    erase(layout(cuts, 0), first, last);
                }
            }
        }
    }

    private static Run range(long from, long last) {
        Run range = new Run();
        range.set(from, last, Pointer.HOLE, NEW_BIRTH);
        return range;
    }

    private static void erase(List<Run> before, int first, int last) {
        Cell[] expected = cells(before);
        put(expected, new Piece(first, last, false, NEW_BIRTH, true));
        try (HeapMetadataStore store = new HeapMetadataStore()) {
            MetadataBatch batch = new MetadataBatch();
            batch.lsn(NEW_BIRTH);
            ByteBuffer key = ByteBuffer.allocateDirect(KeySpace.HEAD_KEY_BYTES);
            ByteBuffer value = ByteBuffer.allocateDirect(RunCodec.MAX_BYTES);
            for (Run run : before) {
                batch.put(Table.HEAD, KeySpace.head(key, LINEAGE, run.last), RunCodec.encode(value, run));
            }
            store.commit(batch);
            int steps = 0;
            for (long from = first; from != HeadMerge.ERASED; steps++) {
                batch.clear();
                try (HeadMerge merge = new HeadMerge(store, batch, new HeadChange(), LINEAGE)) {
                    from = merge.blankAhead(range(from, last), 1);
                    merge.finish();
                }
                store.commit(batch);
            }
            List<Run> after = new ArrayList<>();
            MapAudit.check(store, visitor -> {}, run -> after.add(copy(run)));
            assertThat(cells(after)).isEqualTo(expected);
            assertThat(steps).isLessThanOrEqualTo(before.size());
        }
    }
}
