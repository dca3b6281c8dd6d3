package dev.sandstone.engine.volume;

import dev.sandstone.engine.cache.BlockCache;
import dev.sandstone.engine.cleaner.Pins;
import dev.sandstone.engine.log.LogWriter;
import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.map.BlockMap;
import dev.sandstone.engine.recovery.Facts;
import dev.sandstone.engine.space.SharedSegments;
import dev.sandstone.engine.space.SpaceGovernor;
import dev.sandstone.engine.store.SegmentStore;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the operations of a shard share: log, map, door, memory of ended operations.
 *
 * <p>Confined to the shard's loop.
 */
final class Shard {
    /** Operations under way at once; more are answered BUSY. */
    static final int MOST_OPERATIONS = 20_000;

    private static final Logger LOG = LoggerFactory.getLogger(Shard.class);
    private static final long DAMAGES_LOGGED = 10;
    private static final int ATOMIC_BYTES = 1 << 20;
    private static final int SMALL_BYTES = 5 * BlockRead.BLOCK_BYTES;
    private static final int SMALL_COUNT = 128;
    private static final int COMPARE_COUNT = 32;
    private static final int LARGE_BYTES = BlockRead.MOST_BLOCKS * BlockRead.BLOCK_BYTES;
    private static final int LARGE_COUNT = 8;

    private final ShardLoop loop;
    private final BlockMap map;
    private final LogWriter log;
    private final SegmentStore store;
    private final BlockCache cache;
    private final Facts facts;
    private final Pins pins;
    private final Sharing sharing;
    private final Admission admission;
    private final Durability durability;
    private final BouncePool smallBuffers = new BouncePool(SMALL_BYTES, SMALL_COUNT);
    private final BouncePool compareBuffers = new BouncePool(SMALL_BYTES, COMPARE_COUNT);
    private final BouncePool largeBuffers = new BouncePool(LARGE_BYTES, LARGE_COUNT);
    private final Recycler<BlockRead> blockReads = new Recycler<>(() -> new BlockRead(this));
    private final Recycler<RunRead> runReads = new Recycler<>(() -> new RunRead(this));
    private final Recycler<ReadOperation> reads = new Recycler<>(() -> new ReadOperation(this));
    private final Recycler<WriteOperation> writes = new Recycler<>(() -> new WriteOperation(this));
    private final Recycler<ModifyOperation> modifies = new Recycler<>(() -> new ModifyOperation(this));
    private Runnable idle = () -> {};
    private Runnable want = () -> {};
    private final int atomicBytes;
    private long damages;
    private int underWay;
    private boolean closing;

    /** What a shard works on. */
    record Parts(
            ShardLoop loop,
            BlockMap map,
            LogWriter log,
            SegmentStore store,
            BlockCache cache,
            Facts facts,
            Pins pins,
            SpaceGovernor space,
            Sharing sharing) {}

    /**
     * What copies by reference ask and tell.
     *
     * @param allowed whether blocks of a segment may be shared now
     * @param stays whether nothing in a segment is being moved
     */
    record Sharing(SharedSegments segments, LongPredicate allowed, LongPredicate stays) {}

    Shard(Parts parts) {
        loop = parts.loop();
        map = parts.map();
        log = parts.log();
        store = parts.store();
        cache = parts.cache();
        facts = parts.facts();
        pins = parts.pins();
        sharing = parts.sharing();
        admission = new Admission(loop, map, parts.space(), this::want);
        durability = new Durability(log.lastLsn());
        atomicBytes = Math.min(ATOMIC_BYTES, store.segmentBytes() / 4);
    }

    /** The largest write that is one record. */
    int atomicBytes() {
        return atomicBytes;
    }

    ShardLoop loop() {
        return loop;
    }

    BlockMap map() {
        return map;
    }

    LogWriter log() {
        return log;
    }

    SegmentStore store() {
        return store;
    }

    BlockCache cache() {
        return cache;
    }

    Facts facts() {
        return facts;
    }

    Pins pins() {
        return pins;
    }

    SharedSegments shared() {
        return sharing.segments();
    }

    /** Whether blocks of the segment may be shared now. */
    boolean mayShare(long segment) {
        return sharing.allowed().test(segment);
    }

    /** Whether nothing in the segment is being moved. */
    boolean stays(long segment) {
        return sharing.stays().test(segment);
    }

    /** The volume as something of this shard to be read from; null when it is none. */
    @Nullable
    ReadSource sourceOf(Volume volume) {
        if (volume instanceof LogVolume own && own.shard().equals(this)) {
            return own;
        }
        return volume instanceof SnapshotView view && view.shard().equals(this) ? view : null;
    }

    Admission admission() {
        return admission;
    }

    Durability durability() {
        return durability;
    }

    Recycler<BlockRead> blockReads() {
        return blockReads;
    }

    Recycler<RunRead> runReads() {
        return runReads;
    }

    Recycler<ReadOperation> reads() {
        return reads;
    }

    Recycler<WriteOperation> writes() {
        return writes;
    }

    Recycler<ModifyOperation> modifies() {
        return modifies;
    }

    /** The buffers of the smallest size that holds so many bytes. */
    BouncePool bounce(int bytes) {
        return bytes <= SMALL_BYTES ? smallBuffers : largeBuffers;
    }

    /** The same for COMPARE AND WRITE: what is small does not wait for buffers that writes at the door hold. */
    BouncePool compareBuffers(int bytes) {
        return bytes <= SMALL_BYTES ? compareBuffers : largeBuffers;
    }

    /** A record's facts are in the map: it is closed there, and who waited for it is told. */
    void recordDurable(long lsn) {
        facts.close(lsn);
        durability.advance(lsn);
    }

    /** The log has failed: no write succeeds any more, reads go on. */
    void recordFailed() {
        if (!durability.failed()) {
            LOG.error(
                    "The log has failed; volumes can be read until the pool is opened again, writes end with IO_ERROR");
            durability.fail();
        }
    }

    /** The task is run when space is given up, or waited for. */
    void onWant(Runnable task) {
        want = task;
    }

    /** Cleaning may be of use. */
    void want() {
        want.run();
    }

    /** Logged less and less often: a disk that rots must not fill the log. */
    void damageFound(long pointer) {
        damages++;
        if (damages <= DAMAGES_LOGGED || Long.bitCount(damages) == 1) {
            LOG.error(
                    "Data is lost at {}: bytes on the device differ from the map's checksum ({} since the start)",
                    Pointer.describe(pointer),
                    damages);
        }
    }

    // operations under way

    /** Whether no more operations are taken for now. */
    boolean full() {
        return underWay >= MOST_OPERATIONS;
    }

    /** Whether any is under way. */
    boolean busy() {
        return underWay > 0;
    }

    void began() {
        underWay++;
    }

    void ended() {
        underWay--;
        if (underWay == 0) {
            idle.run();
        }
    }

    boolean closing() {
        return closing;
    }

    /** Takes no more operations; runs the task once those under way have ended. */
    void close(Runnable whenIdle) {
        closing = true;
        if (underWay == 0) {
            whenIdle.run();
        } else {
            idle = whenIdle;
        }
    }
}
