package dev.sandstone.engine.cleaner;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.log.RecordDescriptor;
import dev.sandstone.engine.map.Lending;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * What a segment holds, cut into stretches all of whose blocks are claimed by the same versions: that of the record, and
 * those that show it by reference. So each block is looked at once, with everybody who may show it.
 */
final class Stretches {
    private static final int BLOCK_GRAINS = Evacuation.BLOCK_BYTES / Pointer.GRAIN_BYTES;

    private Stretches() {}

    /**
     * Consecutive blocks.
     *
     * @param pointer of the first
     * @param claims of versions that may show them, that of the record first
     */
    record Stretch(long pointer, int blocks, List<Claim> claims) {}

    /**
     * A version that may show a stretch.
     *
     * @param block where the lineage shows the first block of it
     */
    record Claim(long lineage, long block, long birth) {}

    private record Piece(int from, int to, Claim claim, boolean own) {
        Claim at(int grain) {
            return new Claim(claim.lineage, claim.block + (grain - from) / BLOCK_GRAINS, claim.birth);
        }
    }

    /** Of a segment that lends nothing: a stretch for each record. */
    static List<Stretch> of(List<RecordDescriptor> records) {
        List<Stretch> stretches = new ArrayList<>();
        for (RecordDescriptor record : records) {
            if (record.type().carriesBlocks()) {
                Claim own = new Claim(record.lineage(), record.block(), record.birth());
                stretches.add(new Stretch(record.pointer(), record.blocks(), List.of(own)));
            }
        }
        return stretches;
    }

    /** Of a segment that lends blocks. */
    static List<Stretch> of(long segment, List<RecordDescriptor> records, List<Lending> lent) {
        List<Stretch> own = of(records);
        List<Piece> pieces = new ArrayList<>();
        TreeSet<Integer> cuts = new TreeSet<>();
        own.forEach(
                of -> pieces.add(piece(of.pointer(), of.blocks(), of.claims().get(0), true)));
        lent.forEach(of ->
                pieces.add(piece(of.pointer(), of.blocks(), new Claim(of.lineage(), of.block(), of.birth()), false)));
        pieces.forEach(piece -> {
            cuts.add(piece.from);
            cuts.add(piece.to);
        });
        pieces.sort(Comparator.comparingInt(Piece::from));
        List<Stretch> stretches = new ArrayList<>();
        List<Piece> open = new ArrayList<>();
        int next = 0;
        for (int from : cuts) {
            open.removeIf(piece -> piece.to <= from);
            while (next < pieces.size() && pieces.get(next).from == from) {
                Piece piece = pieces.get(next++);
                // The first that is alive owns the record it is moved with: rather who owned it before.
                open.add(piece.own ? 0 : open.size(), piece);
            }
            Integer to = cuts.higher(from);
            if (!open.isEmpty() && to != null) {
                List<Claim> claims = open.stream().map(piece -> piece.at(from)).toList();
                stretches.add(new Stretch(Pointer.raw(segment, from), (to - from) / BLOCK_GRAINS, claims));
            }
        }
        return stretches;
    }

    private static Piece piece(long pointer, int blocks, Claim claim, boolean own) {
        int from = Pointer.grain(pointer);
        return new Piece(from, from + blocks * BLOCK_GRAINS, claim, own);
    }
}
