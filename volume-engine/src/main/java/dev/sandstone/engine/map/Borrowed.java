package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import java.nio.ByteBuffer;
import java.util.List;

/** What a lineage shows by copies by reference: blocks of records that were written for others, or elsewhere. */
final class Borrowed {
    private Borrowed() {}

    /**
     * How many blocks, as it is now. Looks at all facts of REFS; the store must have everything.
     *
     * @param path of the lineage, nearest first
     */
    static long blocks(MetadataStore store, List<HistReader.Step> path) {
        HistReader reader = new HistReader(store);
        ByteBuffer from = KeySpace.refs(ByteBuffer.allocateDirect(KeySpace.REFS_KEY_BYTES), 0);
        ByteBuffer end = KeySpace.refs(ByteBuffer.allocateDirect(KeySpace.REFS_KEY_BYTES), -1);
        long blocks = 0;
        try (MetadataCursor rows = store.scan(Table.REFS, from, end)) {
            for (; rows.valid(); rows.next()) {
                Lending lending = Lending.decode(rows.key(), rows.value());
                if (path.stream().anyMatch(step -> step.lineage() == lending.lineage())) {
                    blocks += shown(reader, path, lending);
                }
            }
        }
        return blocks;
    }

    private static long shown(HistReader reader, List<HistReader.Step> path, Lending lending) {
        long shown = 0;
        for (int at = 0; at < lending.blocks(); ) {
            long block = lending.block() + at;
            Leaf image = new Leaf();
            reader.read(path, Leaf.of(block), image);
            for (int i = Leaf.index(block); i < Leaf.BLOCKS && at < lending.blocks(); i++, at++) {
                boolean there =
                        image.births[i] == lending.birth() && image.pointers[i] == Pointer.plus(lending.pointer(), at);
                shown += there ? 1 : 0;
            }
        }
        return shown;
    }
}
