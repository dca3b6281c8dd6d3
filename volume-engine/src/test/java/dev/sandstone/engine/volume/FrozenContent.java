package dev.sandstone.engine.volume;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What a volume of a frozen image holds. Each sector of 512 bytes was written by an operation, which has a number, for some
 * place, and that pair, in units of 4 KiB, fills it; so a sector tells whose it is.
 */
final class FrozenContent {
    private static final int SECTOR = VolumeSpec.BLOCK_BYTES;
    private static final int UNIT_SHIFT = 3;

    /** Number of the operation in the upper half, place in the lower one; 0 for zeros. */
    private long[] sectors;

    FrozenContent(long blocks) {
        sectors = new long[Math.toIntExact(blocks)];
    }

    private FrozenContent(long[] sectors) {
        this.sectors = sectors;
    }

    FrozenContent copy() {
        return new FrozenContent(sectors.clone());
    }

    int blocks() {
        return sectors.length;
    }

    void resize(long blocks) {
        sectors = Arrays.copyOf(sectors, Math.toIntExact(blocks));
    }

    /** An operation with this number, from 1 on, wrote these sectors. */
    void write(int number, int lba, int count) {
        for (int i = lba; i < lba + count; i++) {
            sectors[i] = (long) number << Integer.SIZE | i;
        }
    }

    void blank(int lba, int count) {
        Arrays.fill(sectors, lba, lba + count, 0);
    }

    void copy(FrozenContent from, int fromLba, int lba, int count) {
        System.arraycopy(from.sectors, fromLba, sectors, lba, count);
    }

    /** The bytes of some sectors. */
    ByteBuffer bytes(int lba, int count) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(count * SECTOR);
        for (int i = lba; i < lba + count; i++) {
            long place = (sectors[i] & Integer.MAX_VALUE) >>> UNIT_SHIFT;
            long value = sectors[i] == 0 ? 0 : sectors[i] >>> Integer.SIZE << Integer.SIZE | place;
            for (int at = 0; at < SECTOR; at += Long.BYTES) {
                bytes.putLong(value);
            }
        }
        return bytes.flip();
    }

    /** Runs of sectors, each {@code COUNTxNUMBER@PLACE}, or {@code COUNT} for zeros. */
    String encode() {
        StringBuilder runs = new StringBuilder();
        int from = 0;
        for (int i = 1; i <= sectors.length; i++) {
            long step = sectors[from] == 0 ? 0 : i - from;
            if (i == sectors.length || sectors[i] != sectors[from] + step) {
                runs.append(runs.isEmpty() ? "" : " ").append(i - from);
                if (sectors[from] != 0) {
                    runs.append('x').append(sectors[from] >>> Integer.SIZE);
                    runs.append('@').append((int) sectors[from]);
                }
                from = i;
            }
        }
        return runs.toString();
    }

    static FrozenContent decode(String encoded) {
        FrozenContent content = new FrozenContent(0);
        for (String run : encoded.split(" ", -1)) {
            String[] parts = run.split("[x@]", -1);
            int from = content.blocks();
            int count = Integer.parseInt(parts[0]);
            content.resize((long) from + count);
            for (int i = 0; parts.length > 1 && i < count; i++) {
                content.sectors[from + i] = Long.parseLong(parts[1]) << Integer.SIZE | (Integer.parseInt(parts[2]) + i);
            }
        }
        return content;
    }
}
