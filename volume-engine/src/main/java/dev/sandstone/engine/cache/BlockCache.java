package dev.sandstone.engine.cache;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;

/**
 * Contents of 4 KiB blocks by the place where they lie, so that no system call and no checksum stands before a read.
 *
 * <p>A place is written once in a pool's whole life, so nothing here goes out of date: a place that is gone is not asked for
 * any more, and leaves in its turn. The checksum that the map has is asked for all the same: what is kept under another one
 * is not given. Whoever keeps something has verified it.
 *
 * <p>What leaves is chosen as S3-FIFO does it (Yang, Zhang, Qiu, Yue, Rashmi: FIFO queues are all you need for cache
 * eviction, SOSP 2023): what is new is on probation in a tenth of the room; what is asked for there goes to the rest, and so
 * does what comes back soon after it had left. One pass over more than fits therefore takes a tenth and no more. Where what is
 * read, or written, is seldom asked for again, most of it is not kept at all: to keep a block costs half as much as to read it
 * from the page cache.
 *
 * <p>Memory is taken as it is needed, and never given back before the cache itself is garbage. Confined to one thread, but for the
 * figures.
 */
public final class BlockCache {
    /** Of a block, in bytes. */
    public static final int BLOCK_BYTES = 4096;

    /** Longer reads and writes are streams: they had better pass by. */
    public static final int MOST_BLOCKS = 32;

    private static final int PROBATION_SHARE = 10;
    private static final int MOST_USES = 3;
    /** Uses of a block that was kept when it was read, or written, and not asked for since. */
    private static final int READ_UNUSED = MOST_USES + 1;

    private static final int WRITTEN_UNUSED = MOST_USES + 2;
    /** So many are spared at once at most: what is to be done for one block is bounded. */
    private static final int MOST_SPARED = 256;

    private static final int NONE = PlaceTable.NONE;

    private final Frames frames;
    private final PlaceTable table;
    private final Ghosts ghosts;
    private final FrameQueue probation;
    private final FrameQueue proven;
    private final Worth reads = new Worth();
    private final Worth writes = new Worth();
    private int spare = NONE;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    /** @param bytes most memory for contents; below one block nothing is ever kept */
    public BlockCache(long bytes) {
        frames = new Frames((int) Math.min(bytes / BLOCK_BYTES, Frames.MOST));
        table = new PlaceTable(frames);
        ghosts = new Ghosts();
        probation = new FrameQueue();
        proven = new FrameQueue();
    }

    /** One that keeps nothing. */
    public static BlockCache none() {
        return new BlockCache(0);
    }

    /** Whether to look for the blocks of a read of so many. */
    public boolean has(int blocks) {
        return blocks <= MOST_BLOCKS && frames.most() > 0;
    }

    /** Whether to keep what was read, of a read of so many blocks. */
    public boolean keepsReads(int blocks) {
        return has(blocks) && (frames.size() < frames.most() || reads.takes());
    }

    /** Whether to keep what was written, by a write of so many blocks. */
    public boolean keepsWrites(int blocks) {
        return has(blocks) && writes.takes();
    }

    /**
     * Copies a block.
     *
     * @param place where it lies
     * @param checksum CRC32C that it must have
     * @param into filled from {@code at} on when the answer is true; position and limit stay
     * @return whether it was there
     */
    public boolean get(long place, int checksum, ByteBuffer into, int at) {
        int frame = table.find(place);
        if (frame == NONE || frames.checksum(frame) != checksum) {
            misses.increment();
            return false;
        }
        hits.increment();
        use(frame);
        frames.copy(frame, into, at);
        return true;
    }

    private void use(int frame) {
        int uses = frames.uses(frame);
        if (uses > MOST_USES) {
            (uses == READ_UNUSED ? reads : writes).asked();
            frames.uses(frame, 1);
        } else if (uses < MOST_USES) {
            frames.uses(frame, uses + 1);
        }
    }

    /** Room for one block, to be filled from position to limit and then named by {@link #keepRead} or {@link #keepWritten}. */
    public ByteBuffer room() {
        if (spare == NONE) {
            int added = frames.add();
            spare = added == NONE ? evict() : added;
        }
        return frames.window(spare);
    }

    /** What the room was filled with is the block that lies there, and was read. */
    public void keepRead(long place, int checksum) {
        reads.kept();
        keep(place, checksum, READ_UNUSED);
    }

    /** What the room was filled with is the block that lies there, and was written just now. */
    public void keepWritten(long place, int checksum) {
        writes.kept();
        keep(place, checksum, WRITTEN_UNUSED);
    }

    private void keep(long place, int checksum, int uses) {
        int frame = spare;
        if (frame == NONE) {
            throw new IllegalStateException("no room was asked for");
        }
        int known = table.find(place);
        if (known != NONE) {
            // Two reads of it were under way at once; the room serves the next one.
            return;
        }
        spare = NONE;
        frames.name(frame, place, checksum, uses);
        table.add(frame);
        if (ghosts.remove(place)) {
            proven.add(frame);
        } else {
            probation.add(frame);
        }
    }

    private int evict() {
        int frame = choose();
        table.remove(frame);
        return frame;
    }

    private int choose() {
        for (int spared = 0; ; spared++) {
            boolean young = proven.isEmpty() || probation.size() > frames.size() / PROBATION_SHARE;
            int frame = young ? probation.remove() : proven.remove();
            int uses = frames.uses(frame);
            if (uses == 0 || uses > MOST_USES || spared == MOST_SPARED) {
                if (young) {
                    ghosts.add(frames.place(frame), frames.size());
                }
                return frame;
            }
            frames.uses(frame, young ? 0 : uses - 1);
            proven.add(frame);
        }
    }

    /** What it has done up to now; any thread. */
    public CacheFigures figures() {
        return new CacheFigures(hits.sum(), misses.sum(), frames.bytes());
    }
}
