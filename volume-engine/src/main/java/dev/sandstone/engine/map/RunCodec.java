package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataException;
import java.nio.ByteBuffer;

/**
 * The value of a row of the head table, big-endian:
 *
 * <pre>
 *  0  format:8 (1)  blocks:56
 *  8  pointer:64      of the run's first block
 * 16  birth:64        LSN of the write that made it
 * 24  checksum:32     of each block, CRC32C of its 4096 bytes; only where the pointer has data
 * </pre>
 *
 * <p>Its key holds lineage and last block.
 */
final class RunCodec {
    static final int HEADER_BYTES = 24;
    /** Most blocks of a run with data: one record of 1 MiB. */
    static final int MAX_DATA_BLOCKS = 256;

    static final int MAX_BYTES = HEADER_BYTES + MAX_DATA_BLOCKS * Integer.BYTES;

    private static final int FORMAT = 1;
    private static final int FORMAT_SHIFT = 56;
    private static final long BLOCKS_MASK = (1L << FORMAT_SHIFT) - 1;

    private RunCodec() {}

    /** Overwrites {@code value} from 0 with a run and sets its limit. */
    static ByteBuffer encode(ByteBuffer value, Run run) {
        value.clear()
                .putLong(((long) FORMAT << FORMAT_SHIFT) | run.blocks())
                .putLong(run.pointer)
                .putLong(run.birth);
        if (Pointer.hasData(run.pointer)) {
            int count = (int) run.blocks();
            for (int i = 0; i < count; i++) {
                value.putInt(run.checksum(i));
            }
        }
        return value.flip();
    }

    /**
     * Reads a row into {@code run}; the buffers stay as they are.
     *
     * @throws MetadataException when the row cannot be a run
     */
    static void decode(ByteBuffer key, ByteBuffer value, Run run) {
        int at = value.position();
        if (key.remaining() != KeySpace.HEAD_KEY_BYTES || value.remaining() < HEADER_BYTES) {
            throw damaged("a row of " + key.remaining() + " and " + value.remaining() + " bytes");
        }
        long word = value.getLong(at);
        long blocks = word & BLOCKS_MASK;
        long last = KeySpace.headLastBlock(key);
        long pointer = value.getLong(at + 8);
        long birth = value.getLong(at + 16);
        if (word >>> FORMAT_SHIFT != FORMAT) {
            throw damaged("format " + (word >>> FORMAT_SHIFT));
        }
        if (blocks == 0 || last < 0 || blocks - 1 > last || birth <= 0 || !Pointer.valid(pointer)) {
            throw damaged(blocks + " blocks up to " + last + ", birth " + birth + ", " + Pointer.describe(pointer));
        }
        boolean data = Pointer.hasData(pointer);
        if (data && (blocks > MAX_DATA_BLOCKS || Pointer.grain(pointer) + 8 * blocks > Pointer.GRAINS)) {
            throw damaged(blocks + " blocks from " + Pointer.describe(pointer));
        }
        int checksums = data ? (int) blocks : 0;
        if (value.remaining() != HEADER_BYTES + checksums * Integer.BYTES) {
            throw damaged(blocks + " blocks in " + value.remaining() + " bytes");
        }
        run.set(last - blocks + 1, last, pointer, birth);
        for (int i = 0; i < checksums; i++) {
            run.checksum(i, value.getInt(at + HEADER_BYTES + i * Integer.BYTES));
        }
    }

    private static MetadataException damaged(String what) {
        return new MetadataException("the block map holds a damaged run: " + what
                + "; its files are damaged: check the disk under the metadata folder");
    }
}
