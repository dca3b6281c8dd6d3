package dev.sandstone.engine.volume;

import dev.sandstone.engine.cleaner.Pins;
import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.map.MapReader;
import dev.sandstone.engine.map.MapSlice;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads whole 4 KiB blocks of one volume, or of a moment of it, into a buffer, all as of one moment, each verified against the map's checksum.
 *
 * <p>The life of a read: look the range up in the map (loading leaves when needed); copy what is pending from the log's
 * memory; fill holes; answer each run of consecutive blocks from the cache or the page cache when it is there, else ask the
 * store and wait; a run that fails or whose checksum differs is read once more from the device, block by block, to find the first
 * that is lost. When all is in memory it ends before {@link #start} returns.
 *
 * <p>Confined to the shard's loop; reused by way of {@link Shard}.
 */
final class BlockRead implements MapReader.Loaded {
    /** Most blocks of one read: 1 MiB, and a part of a block at either end. */
    static final int MOST_BLOCKS = 257;

    static final int BLOCK_BYTES = 4096;

    private static final Logger LOG = LoggerFactory.getLogger(BlockRead.class);
    private static final int NONE_LOST = Integer.MAX_VALUE;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(BLOCK_BYTES);

    /** Who reads: told when it has ended. */
    interface Reader {
        ReadSource source();

        /** Whether to see what has an LSN but is not durable, whatever the volume's policy. */
        boolean seesAdmitted();

        /**
         * @param status OK, MEDIUM_ERROR, IO_ERROR or NOT_FOUND
         * @param lost with MEDIUM_ERROR the index of the first block that is lost
         */
        void blocksRead(EngineStatus status, int lost);
    }

    private final Shard shard;
    private final MapSlice slice = new MapSlice(MOST_BLOCKS);
    private final CRC32C crc = new CRC32C();

    private @Nullable Reader reader;
    private @Nullable ByteBuffer dst;
    private int dstAt;
    private long first;
    private int count;

    private Pins.@Nullable Generation pin;
    private int awaited;
    private int lost;
    private boolean ioError;
    private boolean gone;

    BlockRead(Shard shard) {
        this.shard = shard;
    }

    /**
     * Reads {@code count} blocks from {@code first} on into {@code dst} from {@code dstAt} on; position and limit of the
     * buffer are as before when the reader is told.
     */
    void start(Reader by, long firstBlock, int blocks, ByteBuffer into, int at) {
        reader = by;
        first = firstBlock;
        count = blocks;
        dst = into;
        dstAt = at;
        lost = NONE_LOST;
        ioError = false;
        gone = false;
        lookup(by);
    }

    private void lookup(Reader by) {
        if (by.source().isGone()) {
            gone = true;
            end();
            return;
        }
        MapReader map = by.source().map();
        if (map.lookup(first, count, slice)) {
            fill(by, target());
        } else {
            map.load(first, count, this);
        }
    }

    @Override
    public void loaded(boolean ok) {
        Reader by = reader;
        if (by == null) {
            throw new IllegalStateException("no read waits for a leaf");
        }
        if (ok) {
            lookup(by);
        } else {
            ioError = true;
            end();
        }
    }

    /** What throws on the way ends the read, once what was asked of the store has ended. */
    private void fill(Reader by, ByteBuffer into) {
        awaited = 1;
        try {
            fillAll(by, into);
        } catch (RuntimeException defect) {
            LOG.error("A read of volume blocks from {} on threw", first, defect);
            ioError = true;
        }
        settle();
    }

    private void fillAll(Reader by, ByteBuffer into) {
        ReadSource source = by.source();
        boolean pending = source.anyVisible(by.seesAdmitted());
        int i = 0;
        while (i < count) {
            if (pending && source.isVisible(first + i, by.seesAdmitted())) {
                pending(by, i, into);
                i++;
                continue;
            }
            long pointer = slice.pointer(i);
            if (Pointer.hasData(pointer)) {
                int end = i + 1;
                while (end < count
                        && slice.pointer(end) == Pointer.plus(pointer, end - i)
                        && !(pending && source.isVisible(first + end, by.seesAdmitted()))) {
                    end++;
                }
                run(into, i, end - i);
                i = end;
            } else {
                if (pointer == Pointer.POISON) {
                    lost = Math.min(lost, i);
                }
                into.put(dstAt + i * BLOCK_BYTES, ZEROS, 0, BLOCK_BYTES);
                i++;
            }
        }
    }

    /** A log that failed has let go of what was pending; older data must not show in its place. */
    private void pending(Reader by, int index, ByteBuffer into) {
        if (shard.log().failure() == null) {
            by.source().copyPending(first + index, by.seesAdmitted(), into, dstAt + index * BLOCK_BYTES);
        } else {
            ioError = true;
        }
    }

    /** What of the run is in the cache is copied; the rest is asked for, in as many pieces as that leaves. */
    private void run(ByteBuffer into, int index, int blocks) {
        if (!shard.cache().has(count)) {
            ask(into, index, blocks);
            return;
        }
        int end = index + blocks;
        int from = index;
        for (int i = index; i < end; i++) {
            if (shard.cache().get(slice.pointer(i), slice.checksum(i), into, dstAt + i * BLOCK_BYTES)) {
                ask(into, from, i - from);
                from = i + 1;
            }
        }
        ask(into, from, end - from);
    }

    private void ask(ByteBuffer into, int index, int blocks) {
        if (blocks == 0) {
            return;
        }
        long pointer = slice.pointer(index);
        int position = into.position();
        int limit = into.limit();
        int at = dstAt + index * BLOCK_BYTES;
        into.limit(at + blocks * BLOCK_BYTES).position(at);
        int offset = Pointer.grain(pointer) * Pointer.GRAIN_BYTES;
        boolean inMemory;
        try {
            inMemory = shard.store().tryRead(Pointer.segment(pointer), offset, into);
        } finally {
            into.limit(limit).position(position);
        }
        if (inMemory && verified(into, index, blocks)) {
            keep(into, index, blocks);
            return;
        }
        await();
        shard.runReads().take().start(this, index, blocks, inMemory);
    }

    private void await() {
        if (pin == null) {
            pin = shard.pins().enter();
        }
        awaited++;
    }

    /** Whether the blocks' bytes are what the map says. */
    boolean verified(ByteBuffer into, int index, int blocks) {
        int position = into.position();
        int limit = into.limit();
        boolean good = true;
        for (int i = index; good && i < index + blocks; i++) {
            int at = dstAt + i * BLOCK_BYTES;
            into.limit(at + BLOCK_BYTES).position(at);
            crc.reset();
            crc.update(into);
            good = (int) crc.getValue() == slice.checksum(i);
        }
        into.limit(limit).position(position);
        return good;
    }

    /** The blocks are as they should be: the next read need not go as far. */
    void keep(ByteBuffer from, int index, int blocks) {
        if (shard.cache().keepsReads(count)) {
            for (int i = index; i < index + blocks; i++) {
                ByteBuffer room = shard.cache().room();
                room.put(room.position(), from, dstAt + i * BLOCK_BYTES, BLOCK_BYTES);
                shard.cache().keepRead(slice.pointer(i), slice.checksum(i));
            }
        }
    }

    ByteBuffer target() {
        ByteBuffer into = dst;
        if (into == null) {
            throw new IllegalStateException("no read is under way");
        }
        return into;
    }

    /** Where the blocks from that index on lie. */
    long pointer(int index) {
        return slice.pointer(index);
    }

    /** CRC32C that the map has for the block. */
    int checksum(int index) {
        return slice.checksum(index);
    }

    /** The bytes of the target for these blocks, as a buffer of their own. */
    ByteBuffer window(int index, int blocks) {
        return target().slice(dstAt + index * BLOCK_BYTES, blocks * BLOCK_BYTES);
    }

    /** A run has ended. */
    void runEnded() {
        settle();
    }

    /** A run has ended without this block. */
    void runLost(int index) {
        lost = Math.min(lost, index);
        settle();
    }

    /** A run was not read at all; nobody knows whether its bytes are lost. */
    void runThrew() {
        ioError = true;
        settle();
    }

    private void settle() {
        if (--awaited == 0) {
            end();
        }
    }

    private void end() {
        Pins.Generation held = pin;
        if (held != null) {
            shard.pins().exit(held);
            pin = null;
        }
        Reader by = reader;
        reader = null;
        dst = null;
        int lostIndex = lost;
        boolean broken = ioError;
        boolean vanished = gone;
        shard.blockReads().giveBack(this);
        if (by == null) {
            throw new IllegalStateException("no read is under way");
        }
        if (vanished) {
            by.blocksRead(EngineStatus.NOT_FOUND, 0);
        } else if (broken) {
            by.blocksRead(EngineStatus.IO_ERROR, 0);
        } else if (lostIndex == NONE_LOST) {
            by.blocksRead(EngineStatus.OK, 0);
        } else {
            by.blocksRead(EngineStatus.MEDIUM_ERROR, lostIndex);
        }
    }
}
