package dev.sandstone.engine.map;

import dev.sandstone.engine.meta.MetadataException;
import java.nio.ByteBuffer;

/**
 * The value of a row of the lineage table, big-endian:
 *
 * <pre>
 *  0  format:8 (1)  state:8 (0 live, 1 deleted)  zero:48
 *  8  mapped:64      blocks that hold data in the head table
 * 16  parent:64      lineage it was forked from, 0 none
 * 24  parentLsn:64   as of which record, 0 none
 * </pre>
 *
 * @param deleted its runs are being removed
 * @param mapped blocks that hold data
 */
record LineageRow(boolean deleted, long mapped) {
    static final int BYTES = 32;
    private static final int FORMAT = 1;
    private static final int DELETED = 1;

    ByteBuffer encode(ByteBuffer value) {
        return value.clear()
                .put((byte) FORMAT)
                .put((byte) (deleted ? DELETED : 0))
                .putShort((short) 0)
                .putInt(0)
                .putLong(mapped)
                .putLong(0)
                .putLong(0)
                .flip();
    }

    /** @throws MetadataException when the bytes are no such row */
    static LineageRow decode(ByteBuffer value) {
        int at = value.position();
        if (value.remaining() != BYTES || value.get(at) != FORMAT) {
            throw damaged("a row of " + value.remaining() + " bytes");
        }
        int state = value.get(at + 1);
        long mapped = value.getLong(at + 8);
        if ((state != 0 && state != DELETED) || mapped < 0) {
            throw damaged("state " + state + ", " + mapped + " blocks");
        }
        if (value.getLong(at + 16) != 0 || value.getLong(at + 24) != 0) {
            throw damaged("a parent, which this version cannot read");
        }
        return new LineageRow(state == DELETED, mapped);
    }

    private static MetadataException damaged(String what) {
        return new MetadataException("the lineage table holds a damaged row: " + what
                + "; its files are damaged: check the disk under the metadata folder");
    }
}
