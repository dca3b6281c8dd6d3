package dev.sandstone.engine.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Damages image files, also of a pool that is open: it reads them through the same page cache. */
final class Damages {
    /** Disks small enough to be read as a whole often, with segments enough that some are being cleaned. */
    static final int SEGMENT_BYTES = 256 << 10;

    static final long DISK_BYTES = (64L << 10) + 28L * SEGMENT_BYTES + 2 * DiskImage.BLOCK;

    private static final int BLOCK = DiskImage.BLOCK;
    private static final int TRIES = 1000;
    private static final int MOST_BITS = 8;

    /** A superblock is in force while two of its four copies are sound. */
    private static final int MOST_SUPERBLOCKS = 2;

    /** What leaves the file as long as it is. */
    private static final List<Kind> IN_PLACE =
            List.of(Kind.FLIPPED, Kind.SWAPPED, Kind.STALE_BLOCK, Kind.STALE_SEGMENT);

    private final Random random;
    private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);

    /** What happens to a disk. */
    enum Kind {
        /** Some bits of a block. */
        FLIPPED,
        /** Two blocks have each other's bytes: writes that went to the wrong places. */
        SWAPPED,
        /** A block holds what it held earlier: a write that was lost. */
        STALE_BLOCK,
        /** A slot holds what it held earlier, in most cases another segment, which was given back since. */
        STALE_SEGMENT,
        /** The file ends earlier. */
        CUT_SHORT
    }

    Damages(Random random) {
        this.random = random;
    }

    /** How many of each kind there were. */
    Map<Kind, Integer> counts() {
        return counts;
    }

    int total() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    @Override
    public String toString() {
        return total() + " damages " + counts;
    }

    DiskImage image(Path file) throws IOException {
        return new DiskImage(Files.readAllBytes(file), SEGMENT_BYTES);
    }

    /**
     * What was damaged.
     *
     * @param blocks which are not what they were, but for those that were cut off
     * @param size of the file now
     */
    record Hit(BitSet blocks, long size) {}

    /**
     * Damages what something depends on, in so many places, none twice.
     *
     * @param older what the disk was earlier; null when nobody knows
     * @param cut whether one of the places is where the file ends then
     */
    Hit inflict(Path file, @Nullable DiskImage older, int places, boolean cut) throws IOException {
        DiskImage now = image(file);
        Places wanted = new Places(now, older, cut ? 0 : MOST_SUPERBLOCKS);
        for (int i = cut ? 1 : 0; i < places && wanted.any(); i++) {
            count(wanted.one());
        }
        long size = now.bytes().length;
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int block = wanted.hit.nextSetBit(0); block >= 0; block = wanted.hit.nextSetBit(block + 1)) {
                out.write(ByteBuffer.wrap(now.bytes(), block * BLOCK, BLOCK), (long) block * BLOCK);
            }
            if (cut) {
                size = random.nextLong(size);
                out.truncate(size);
                count(Kind.CUT_SHORT);
            }
        }
        return new Hit(wanted.hit, size);
    }

    private void count(Kind kind) {
        counts.merge(kind, 1, Integer::sum);
    }

    /** Gives a file that was cut short its size back, as the message of the refusal asks; what was there is gone. */
    static void restoreSize(Path file, long size) throws IOException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            out.write(ByteBuffer.allocate(1), size - 1);
        }
    }

    /** Changes the bytes of one image, in memory. */
    private final class Places {
        private final DiskImage now;
        private final @Nullable DiskImage older;
        private final BitSet used;
        private final BitSet hit = new BitSet();
        private int superblocks;

        Places(DiskImage now, @Nullable DiskImage older, int superblocks) {
            this.now = now;
            this.older = older;
            this.superblocks = superblocks;
            used = now.used();
        }

        Kind one() {
            Kind kind = IN_PLACE.get(random.nextInt(IN_PLACE.size()));
            DiskImage before = older;
            boolean done = switch (kind) {
                case SWAPPED -> swap();
                case STALE_BLOCK -> before != null && staleBlock(before);
                case STALE_SEGMENT -> before != null && staleSegment(before);
                default -> false;
            };
            if (!done) {
                flip();
            }
            return done ? kind : Kind.FLIPPED;
        }

        /** Whether anything is left to damage: little is in use where a disk was cut short. */
        boolean any() {
            BitSet left = (BitSet) used.clone();
            left.andNot(hit);
            return left.stream().anyMatch(this::may);
        }

        /** A block in use that was not hit yet, which there must be; often one that others hang on. */
        private int place() {
            while (true) {
                int block = used.nextSetBit(random.nextInt(now.blocks()));
                int slot = block < 0 ? -1 : now.slotOf(block);
                if (slot >= 0 && random.nextInt(6) == 0) {
                    int first = now.slot(slot) / BLOCK;
                    block = random.nextBoolean() ? first : first + SEGMENT_BYTES / BLOCK - 1;
                }
                if (block >= 0 && used.get(block) && !hit.get(block) && may(block)) {
                    return block;
                }
            }
        }

        private boolean may(int block) {
            return !now.isSuperblock(block) || superblocks > 0;
        }

        private void hit(int block) {
            hit.set(block);
            superblocks -= now.isSuperblock(block) ? 1 : 0;
        }

        private void flip() {
            int block = place();
            BitSet bits = new BitSet();
            for (int i = 1 + random.nextInt(MOST_BITS); i > 0; i--) {
                bits.set(random.nextInt(BLOCK * Byte.SIZE));
            }
            bits.stream()
                    .forEach(bit -> now.bytes()[block * BLOCK + bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE)));
            hit(block);
        }

        private boolean swap() {
            for (int i = 0; i < TRIES; i++) {
                int one = place();
                int other = place();
                if (!now.sameBytes(now, one * BLOCK, other * BLOCK, BLOCK)) {
                    byte[] kept = new byte[BLOCK];
                    System.arraycopy(now.bytes(), one * BLOCK, kept, 0, BLOCK);
                    System.arraycopy(now.bytes(), other * BLOCK, now.bytes(), one * BLOCK, BLOCK);
                    System.arraycopy(kept, 0, now.bytes(), other * BLOCK, BLOCK);
                    hit(one);
                    hit(other);
                    return true;
                }
            }
            return false;
        }

        private boolean staleBlock(DiskImage before) {
            for (int i = 0; i < TRIES; i++) {
                int block = place();
                if (!now.sameBlock(before, block)) {
                    System.arraycopy(before.bytes(), block * BLOCK, now.bytes(), block * BLOCK, BLOCK);
                    hit(block);
                    return true;
                }
            }
            return false;
        }

        /** One that held a segment then and is used now. */
        private boolean staleSegment(DiskImage before) {
            int first = random.nextInt(now.slots());
            for (int i = 0; i < now.slots(); i++) {
                int slot = (first + i) % now.slots();
                int block = now.slot(slot) / BLOCK;
                int end = block + SEGMENT_BYTES / BLOCK;
                int next = hit.nextSetBit(block);
                boolean untouched = next < 0 || next >= end;
                boolean both = used.get(block) && before.hasHeader(slot);
                if (both && untouched && !now.sameBytes(before, now.slot(slot), now.slot(slot), SEGMENT_BYTES)) {
                    System.arraycopy(before.bytes(), now.slot(slot), now.bytes(), now.slot(slot), SEGMENT_BYTES);
                    hit.set(block, end);
                    return true;
                }
            }
            return false;
        }
    }
}
