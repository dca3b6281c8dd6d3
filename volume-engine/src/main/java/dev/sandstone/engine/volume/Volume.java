package dev.sandstone.engine.volume;

import dev.sandstone.engine.loop.ShardLoop;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A thin, redirect-on-write address space of 512-byte logical blocks.
 *
 * <p>Contract of every operation:
 *
 * <ul>
 *   <li>Any thread may start one. Called on {@link #loop()} it starts at once and may complete before it returns;
 *       called elsewhere it is queued to the loop. Completions run on the loop.
 *   <li>Buffers are direct. They are lent until the completion; the engine works on position to limit, does not change
 *       either, and keeps no reference afterwards.
 *   <li>A write takes effect wholly or not at all up to 1 MiB (across a crash too); a larger one is a sequence of such.
 *   <li>Overlapping operations under way at once happen in some order, each write atomically as above. An operation
 *       started after another completed sees its effect.
 *   <li>No operation throws: failures come as status.
 * </ul>
 */
public interface Volume {

    VolumeId id();

    /** The loop that owns this volume's state; upper layers may keep their own per-volume state on it. */
    ShardLoop loop();

    /** Size in 512-byte blocks. Safe from any thread. */
    long blocks();

    WritePolicy writePolicy();

    /** Fills {@code dst.remaining()} bytes, a multiple of 512, from the blocks at {@code lba}. Holes read as zeros. */
    void read(long lba, ByteBuffer dst, Completion done);

    /**
     * Writes {@code src.remaining()} bytes, a multiple of 512.
     *
     * @param fua complete only when on stable storage, whatever the policy
     */
    void write(long lba, ByteBuffer src, boolean fua, Completion done);

    /**
     * Writes {@code replacement} if the blocks hold {@code expected}, as one atomic step against every other operation.
     * Both have the same length, a multiple of 512, at most 128 KiB. Of n equal ones exactly one wins.
     */
    void compareAndWrite(long lba, ByteBuffer expected, ByteBuffer replacement, boolean fua, Completion done);

    /**
     * Makes the ranges read as zeros and gives their space back; parts of 4 KiB blocks are zeroed, not unmapped. Never
     * fails for lack of space.
     */
    void unmap(List<BlockRange> ranges, Completion done);

    /** Makes the range read as zeros, durable as a write is. Takes no data space. */
    void writeZeros(BlockRange range, boolean fua, Completion done);

    /**
     * Makes blocks of this volume show the data of another instead of copying it, as far as that is possible from the
     * beginning of the range on: both in one pool, both aligned to 4 KiB, and the data not being moved. What becomes of the
     * range is durable when it completes; concurrent changes of the source may show in it or not, block by block.
     *
     * <p>Several may be under way, one behind the other: one that is begun when another has its place comes after it, and
     * shows what that one makes of its own source. Those that have a place come to be in this order, through a crash too.
     *
     * @param source what is shown; an overlap with the range makes nothing possible
     * @param placed told, before the end, that this has its place among the changes of the pool, and how many 512-byte blocks
     *     will be shared: from then on only a failure of the log can prevent it. Not told where none are. Reads show nothing
     *     of it before the end
     * @param done on success the detail says how many 512-byte blocks are shared now, maybe none: the others are as before
     */
    default void share(Volume source, long sourceLba, BlockRange range, LongConsumer placed, Completion done) {
        loop().run(() -> done.done(EngineStatus.OK, 0));
    }

    /** The same for who does not ask when it has its place. */
    default void share(Volume source, long sourceLba, BlockRange range, Completion done) {
        share(source, sourceLba, range, blocks -> {}, done);
    }

    /**
     * Finds out which blocks hold written data.
     *
     * @param into is given extents one behind the other from the range's beginning on, at most {@code most} of them; owned
     *     by the engine until the completion
     */
    void extents(BlockRange range, List<ExtentStatus> into, int most, Completion done);

    /**
     * What a layer above keeps with the volume; null when nothing was kept. Only on the loop.
     *
     * @param kind whose it is, from 1; see {@link AnnexKind}
     */
    byte @Nullable [] annex(int kind);

    /**
     * Keeps these bytes in place of those before: durable on completion, wholly or not at all, through any crash, gone with
     * the volume. One at a time for each kind.
     *
     * @param bytes at most {@link AnnexKind#MOST_BYTES}; not changed meanwhile
     */
    void keepAnnex(int kind, byte[] bytes, Completion done);

    /** Completes when every write that completed before the call is on stable storage. */
    void flush(Completion done);
}
