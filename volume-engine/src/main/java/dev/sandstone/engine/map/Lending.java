package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.MetadataException;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A fact of the table REFS: from a place on lie blocks that a lineage shows without owning their record (I12).
 *
 * @param pointer where the first of them lies
 * @param blocks how many
 * @param lineage who shows them
 * @param block the first of them there
 * @param birth LSN of the record that made it show them
 */
public record Lending(long pointer, int blocks, long lineage, long block, long birth) {

    long segment() {
        return Pointer.segment(pointer);
    }

    long bytes() {
        return (long) blocks * BlockMap.BLOCK_BYTES;
    }

    byte[] key() {
        return KeySpace.refs(segment(), Pointer.grain(pointer), lineage, block, birth);
    }

    byte[] value() {
        return ByteBuffer.allocate(Integer.BYTES).putInt(blocks).array();
    }

    /**
     * Reads a row, leaving the buffers as they are.
     *
     * @throws MetadataException when the bytes are no such row
     */
    static Lending decode(ByteBuffer key, ByteBuffer value) {
        int at = key.position();
        boolean whole = key.remaining() == KeySpace.REFS_KEY_BYTES && value.remaining() == Integer.BYTES;
        long segment = whole ? key.getLong(at) : -1;
        int grain = whole ? key.getInt(at + 8) : -1;
        int blocks = whole ? value.getInt(value.position()) : 0;
        if (segment < 0 || segment >= Pointer.SEGMENTS || grain < 0 || grain >= Pointer.GRAINS || blocks <= 0) {
            throw new MetadataException("the block map holds a damaged fact of shared blocks, segment " + segment
                    + " grain " + grain + "; its files are damaged: check the disk under the metadata folder");
        }
        return new Lending(
                Pointer.raw(segment, grain), blocks, key.getLong(at + 12), key.getLong(at + 20), key.getLong(at + 28));
    }

    /** The facts of a segment by place, of more than so many only one more than that. */
    static List<Lending> of(MetadataStore store, long segment, int most) {
        List<Lending> all = new ArrayList<>();
        ByteBuffer from = KeySpace.refs(ByteBuffer.allocate(KeySpace.REFS_KEY_BYTES), segment);
        ByteBuffer to = KeySpace.refs(ByteBuffer.allocate(KeySpace.REFS_KEY_BYTES), segment + 1);
        try (MetadataCursor rows = store.scan(Table.REFS, from, to)) {
            for (; rows.valid() && all.size() <= most; rows.next()) {
                all.add(decode(rows.key(), rows.value()));
            }
        }
        return all;
    }
}
