package dev.sandstone.engine.store;

import dev.sandstone.engine.loop.ShardLoop;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Segments on one disk: an image file or a block device.
 *
 * <pre>
 * +------------+------------+---------+--------+--------+-- ~ --+------+------------+------------+
 * | superblock | superblock | unused  | slot 0 | slot 1 |       | rest | superblock | superblock |
 * +------------+------------+---------+--------+--------+-- ~ --+------+------------+------------+
 * 0            4096         8192      65536                            size-8192    size-4096
 * </pre>
 *
 * <p>A slot holds a segment when it begins with a sound segment header of this pool; deleting a segment zeroes its
 * header. Ids stay unique because the superblock keeps a floor, raised before the segment with the largest id goes.
 */
public final class DiskStore implements SegmentStore {
    /** Offset of the first slot. */
    static final int FIRST_SLOT = 64 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(DiskStore.class);
    private static final int TAIL_BYTES = 2 * Superblock.BYTES;

    private final FileIo io;
    private final ShardLoop loop;
    private final SuperblockCopies copies;
    private final long diskBytes;
    private final SegmentTable table;
    private final ArrayDeque<ByteBuffer> headerBuffers = new ArrayDeque<>();
    private Superblock superblock;
    private Runnable afterClose = () -> {};
    private long lastId;
    private @Nullable StoreException failure;

    private DiskStore(FileIo io, ShardLoop loop, SuperblockCopies copies, Superblock superblock) throws StoreException {
        this.io = io;
        this.loop = loop;
        this.copies = copies;
        this.superblock = superblock;
        diskBytes = io.size();
        table = new SegmentTable(Math.toIntExact(superblock.slots()), BLOCK_BYTES);
        findSegments();
    }

    /**
     * What a new disk is made as.
     *
     * @param pool identity of the pool
     * @param disk identity of the disk
     * @param segmentBytes size of its segments
     */
    public record Format(UUID pool, UUID disk, int segmentBytes) {}

    /**
     * Writes the superblocks of a new disk. Blocks.
     *
     * @throws StoreException EXISTS when there is a pool on it already, TOO_SMALL when fewer than four segments fit
     */
    public static void format(FileIo io, Format format) throws StoreException {
        long size = io.size();
        SuperblockCopies copies = new SuperblockCopies(io, SuperblockCopies.QUORUM);
        long slots = slots(size, format.segmentBytes());
        if (slots < 4) {
            throw new StoreException(
                    StoreException.Kind.TOO_SMALL,
                    "the disk has " + size + " bytes; at least "
                            + (FIRST_SLOT + TAIL_BYTES + 4L * format.segmentBytes()) + " are needed");
        }
        if (copies.anySound(size)) {
            throw new StoreException(
                    StoreException.Kind.EXISTS, "there is a Sandstone pool on the disk already; it is left as it is");
        }
        copies.write(
                new Superblock(
                        format.pool(),
                        format.disk(),
                        1,
                        format.segmentBytes(),
                        FIRST_SLOT,
                        slots,
                        List.of(new Superblock.Disk(format.disk(), 0, 1)),
                        List.of(new Superblock.Shard(0, 0, 1)),
                        List.of()),
                size);
    }

    /**
     * Opens a disk that was formatted, repairs bad copies of its superblock, and takes room that was added. Blocks.
     *
     * @param pool the pool it must belong to; null for any
     */
    public static DiskStore open(FileIo io, ShardLoop loop, @Nullable UUID pool) throws StoreException {
        return open(io, loop, pool, SuperblockCopies.QUORUM);
    }

    static DiskStore open(FileIo io, ShardLoop loop, @Nullable UUID pool, int quorum) throws StoreException {
        SuperblockCopies copies = new SuperblockCopies(io, quorum);
        long size = io.size();
        if (size < FIRST_SLOT + TAIL_BYTES) {
            throw new StoreException(
                    size == 0 ? StoreException.Kind.ABSENT : StoreException.Kind.TOO_SMALL,
                    "there is no Sandstone pool here: only " + size + " bytes");
        }
        Superblock found = copies.read(size);
        if (pool != null && !pool.equals(found.pool())) {
            throw new StoreException(
                    StoreException.Kind.FOREIGN,
                    "the disk belongs to pool " + found.pool() + ", not to " + pool + ": use the right disk or path");
        }
        long slots = slots(size, found.segmentBytes());
        if (found.firstSlot() != FIRST_SLOT || found.slots() > slots) {
            throw new StoreException(
                    StoreException.Kind.TOO_SMALL,
                    "the disk was made for " + found.slots() + " segments, " + slots
                            + " fit now: it was cut short; restore its size");
        }
        Superblock current = found;
        if (slots > found.slots()) {
            current = found.withSlots(slots);
            LOG.info("the disk has grown from {} to {} segments", found.slots(), slots);
            copies.write(current, size);
        } else {
            copies.repair(current, size);
        }
        return new DiskStore(io, loop, copies, current);
    }

    private static long slots(long size, int segmentBytes) {
        return Math.max(0, (size / BLOCK_BYTES * BLOCK_BYTES - FIRST_SLOT - TAIL_BYTES) / segmentBytes);
    }

    /** What to do when the disk is closed. */
    void afterClose(Runnable task) {
        afterClose = task;
    }

    private void findSegments() throws StoreException {
        ByteBuffer header = SuperblockCopies.aligned(BLOCK_BYTES);
        for (int slot = 0; slot < table.slots(); slot++) {
            io.readNow(offset(slot), header);
            SegmentHeader found = SegmentHeader.decode(header, superblock.pool());
            if (found != null && table.contains(found.id())) {
                throw new StoreException(
                        StoreException.Kind.DAMAGED,
                        "slots " + table.slot(found.id()) + " and " + slot + " both hold segment " + found.id());
            }
            if (found != null) {
                table.put(found, slot);
            }
        }
        long floor = 1;
        for (Superblock.Shard shard : superblock.shards()) {
            floor = Math.max(floor, shard.segmentFloor());
        }
        lastId = Math.max(floor - 1, table.largestId());
    }

    @Override
    public Superblock superblock() {
        return superblock;
    }

    @Override
    public void updateSuperblockNow(Superblock next) throws StoreException {
        if (next.generation() != superblock.generation() + 1) {
            throw new IllegalArgumentException(
                    "generation " + next.generation() + " cannot follow " + superblock.generation());
        }
        try {
            copies.write(next, diskBytes);
        } catch (StoreException e) {
            failure = e;
            throw e;
        }
        superblock = next;
    }

    @Override
    public int segmentBytes() {
        return superblock.segmentBytes();
    }

    @Override
    public long slots() {
        return table.slots();
    }

    @Override
    public long freeSlots() {
        return table.freeSlots();
    }

    @Override
    public Collection<SegmentHeader> segments() {
        return table.headers();
    }

    @Override
    public long newId() {
        return ++lastId;
    }

    @Override
    public void create(SegmentHeader header, StoreDone done) {
        int slot = failure == null ? table.take() : -1;
        if (slot < 0) {
            StoreException why = failure;
            refuse(why != null ? why : new StoreException(StoreException.Kind.NO_SPACE, "no free segment"), done);
            return;
        }
        io.allocate(offset(slot), segmentBytes(), lacking -> {
            if (lacking != null) {
                table.release(slot);
                done.done(lacking);
                return;
            }
            ByteBuffer bytes = headerBuffer();
            header.encode(bytes);
            io.write(offset(slot), bytes, error -> {
                headerBuffers.push(bytes);
                if (error == null) {
                    table.put(header, slot);
                }
                done.done(fatal(error));
            });
        });
    }

    @Override
    public void append(long segment, int offset, ByteBuffer bytes, StoreDone done) {
        StoreException failed = failure;
        if (failed != null) {
            refuse(failed, done);
            return;
        }
        long at = place(segment, offset, bytes);
        io.write(at, bytes, new Append(done));
    }

    @Override
    public void appendNow(long segment, int offset, ByteBuffer bytes) throws StoreException {
        try {
            io.writeNow(place(segment, offset, bytes), bytes);
        } catch (StoreException e) {
            failure = e;
            throw e;
        }
    }

    private long place(long segment, int offset, ByteBuffer bytes) {
        int slot = table.slot(segment);
        int end = Math.addExact(offset, bytes.remaining());
        if (offset % BLOCK_BYTES != 0 || end % BLOCK_BYTES != 0 || end > segmentBytes()) {
            throw new IllegalArgumentException("append of " + bytes.remaining() + " bytes at " + offset);
        }
        table.written(slot, offset, end);
        return offset(slot) + offset;
    }

    /** Notes a failure before the caller hears of it. */
    private final class Append implements StoreDone {
        private final StoreDone done;

        Append(StoreDone done) {
            this.done = done;
        }

        @Override
        public void done(@Nullable StoreException error) {
            done.done(fatal(error));
        }
    }

    private @Nullable StoreException fatal(@Nullable StoreException error) {
        if (error != null && failure == null) {
            LOG.error("a write failed; nothing is written to the disk any more until it is opened again", error);
            failure = error;
        }
        return error;
    }

    private void refuse(StoreException why, StoreDone done) {
        loop.execute(() -> done.done(why));
    }

    @Override
    public boolean tryRead(long segment, int offset, ByteBuffer dst) {
        int slot = table.slotIfAny(segment);
        return slot >= 0 && io.tryRead(offset(slot) + offset, dst);
    }

    @Override
    public void read(long segment, int offset, ByteBuffer dst, StoreDone done) {
        int slot = table.slotIfAny(segment);
        if (slot < 0) {
            refuse(gone(segment), done);
            return;
        }
        io.read(offset(slot) + offset, dst, done);
    }

    /** Damage to its header is all that takes a segment away from those who still point to it. */
    private static StoreException gone(long segment) {
        return new StoreException(
                StoreException.Kind.DAMAGED, "segment " + segment + " is not on the disk: its header is damaged");
    }

    @Override
    public void reread(long segment, int offset, ByteBuffer dst, StoreDone done) {
        int slot = table.slotIfAny(segment);
        if (slot < 0) {
            refuse(gone(segment), done);
            return;
        }
        long at = offset(slot) + offset;
        io.forget(at, dst.remaining());
        io.read(at, dst, done);
    }

    @Override
    public void readNow(long segment, int offset, ByteBuffer dst) throws StoreException {
        io.readNow(offset(table.slotAnywhere(segment)) + offset, dst);
    }

    @Override
    public void delete(long segment, StoreDone done) {
        StoreException failed = failure;
        if (failed != null) {
            refuse(failed, done);
            return;
        }
        try {
            keepIdUsed(segment);
        } catch (StoreException e) {
            refuse(e, done);
            return;
        }
        int slot = table.remove(segment);
        ByteBuffer bytes = headerBuffer();
        Fields.zero(bytes, 0, BLOCK_BYTES);
        io.write(offset(slot), bytes, error -> {
            headerBuffers.push(bytes);
            if (error == null) {
                table.release(slot);
            }
            done.done(fatal(error));
        });
    }

    /**
     * The largest id would be given again after a restart if its segment left no trace: the floor is raised first. That
     * blocks for four small writes, once in a rare while: usually a later segment exists.
     */
    private void keepIdUsed(long segment) throws StoreException {
        Superblock.Shard shard = superblock.shards().getFirst();
        if (segment >= shard.segmentFloor() && segment == table.largestId()) {
            updateSuperblockNow(superblock.with(new Superblock.Shard(shard.id(), shard.epoch(), lastId + 1)));
        }
    }

    private ByteBuffer headerBuffer() {
        ByteBuffer free = headerBuffers.poll();
        return free != null ? free : SuperblockCopies.aligned(BLOCK_BYTES);
    }

    private long offset(int slot) {
        return superblock.firstSlot() + (long) slot * superblock.segmentBytes();
    }

    @Override
    public String describe() {
        return io.describe();
    }

    @Override
    public void close() {
        io.close();
        afterClose.run();
    }
}
