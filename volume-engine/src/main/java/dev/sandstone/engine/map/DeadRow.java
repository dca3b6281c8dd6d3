package dev.sandstone.engine.map;

import dev.sandstone.engine.meta.MetadataException;
import java.nio.ByteBuffer;

/**
 * The value of a row of the table DEAD, big-endian: which blocks were written between two points that had never been written.
 *
 * <pre>
 *  0  absent:64   bit i: block i of the leaf
 *  8  more:64     so many whole leaves behind it, too
 * </pre>
 *
 * <p>What it displaced beside them is in the row of HIST with the same lineage, leaf and death.
 */
record DeadRow(long absent, long more) {
    static final int BYTES = 16;

    boolean isEmpty() {
        return absent == 0 && more == 0;
    }

    ByteBuffer encode(ByteBuffer value) {
        return encode(value, absent, more);
    }

    /** Overwrites {@code value} from 0 with such a row. */
    static ByteBuffer encode(ByteBuffer value, long absent, long more) {
        return value.clear().putLong(absent).putLong(more).flip();
    }

    /** @throws MetadataException when the bytes are no such row */
    static DeadRow decode(ByteBuffer value) {
        if (value.remaining() != BYTES || value.getLong(value.position() + 8) < 0) {
            throw new MetadataException("the time index of the block map holds a damaged row of " + value.remaining()
                    + " bytes; its files are damaged: check the disk under the metadata folder");
        }
        return new DeadRow(value.getLong(value.position()), value.getLong(value.position() + 8));
    }
}
