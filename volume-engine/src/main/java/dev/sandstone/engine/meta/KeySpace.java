package dev.sandstone.engine.meta;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The keys of the metadata tables. Numbers are unsigned and big-endian, so that byte order is number order.
 *
 * <pre>
 * head     lineage:8 lastBlock:8
 * hist     lineage:8 chunk:8 deathLsn:8
 * dead     lineage:8 deathLsn:8 chunk:8
 * refs     segment:8 grain:4 lineage:8 block:8 birth:8
 * segment  segment:8
 * mark     lineage:8 lsn:8
 * lineage  lineage:8
 * snapshot uuid:16
 * volume   uuid:16
 * meta     name in ASCII
 * purge    lineage:8 lsn:8
 * annex    uuid:16 kind:1 slot:1 part:2
 * </pre>
 *
 * <p>A block is 4 KiB, a chunk 64 blocks, a grain 512 bytes. Each value is laid out where its meaning lives; all are
 * described in docs/metadata-tables.md.
 */
public final class KeySpace {
    /** Bytes of a key of HEAD. */
    public static final int HEAD_KEY_BYTES = 16;

    /** Bytes of a key of HIST and of DEAD. */
    public static final int HISTORY_KEY_BYTES = 24;
    /** Bytes of a key of MARK and of PURGE. */
    public static final int POINT_KEY_BYTES = 16;

    /** Bytes of a key of REFS. */
    public static final int REFS_KEY_BYTES = 36;

    private KeySpace() {}

    /** Overwrites {@code key} from 0 with the HEAD key of the run that ends with this block, and sets its limit. */
    public static ByteBuffer head(ByteBuffer key, long lineage, long lastBlock) {
        return key.clear().putLong(lineage).putLong(lastBlock).flip();
    }

    /** The lineage in a HEAD key. */
    public static long headLineage(ByteBuffer key) {
        return key.getLong(key.position());
    }

    /** The last block in a HEAD key. */
    public static long headLastBlock(ByteBuffer key) {
        return key.getLong(key.position() + 8);
    }

    /** Overwrites {@code key} from 0 with the HIST key of what was displaced in a chunk, and sets its limit. */
    public static ByteBuffer hist(ByteBuffer key, long lineage, long chunk, long death) {
        return key.clear().putLong(lineage).putLong(chunk).putLong(death).flip();
    }

    /** Overwrites {@code key} from 0 with the DEAD key of what was displaced in a chunk, and sets its limit. */
    public static ByteBuffer dead(ByteBuffer key, long lineage, long death, long chunk) {
        return key.clear().putLong(lineage).putLong(death).putLong(chunk).flip();
    }

    /** Overwrites {@code key} from 0 with the least REFS key of a segment, and sets its limit. */
    public static ByteBuffer refs(ByteBuffer key, long segment) {
        return key.clear()
                .putLong(segment)
                .putInt(0)
                .putLong(0)
                .putLong(0)
                .putLong(0)
                .flip();
    }

    /**
     * A REFS key: from this grain of the segment on lie blocks that a lineage shows without owning the record.
     *
     * @param block the first of them in the lineage
     * @param birth LSN of the record that made it show them
     */
    public static byte[] refs(long segment, int grain, long lineage, long block, long birth) {
        return ByteBuffer.allocate(REFS_KEY_BYTES)
                .putLong(segment)
                .putInt(grain)
                .putLong(lineage)
                .putLong(block)
                .putLong(birth)
                .array();
    }

    /** Overwrites {@code key} from 0 with a key of MARK or PURGE, and sets its limit. */
    public static ByteBuffer point(ByteBuffer key, long lineage, long lsn) {
        return key.clear().putLong(lineage).putLong(lsn).flip();
    }

    /**
     * A number in a key.
     *
     * @param index which, from 0 on
     */
    public static long part(ByteBuffer key, int index) {
        return key.getLong(key.position() + index * Long.BYTES);
    }

    /** A key of one number: SEGMENT, LINEAGE. */
    public static ByteBuffer number(ByteBuffer key, long number) {
        return key.clear().putLong(number).flip();
    }

    /** The key of a META row. */
    public static ByteBuffer name(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }
}
