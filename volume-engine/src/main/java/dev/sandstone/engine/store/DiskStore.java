package dev.sandstone.engine.store;

import dev.sandstone.engine.loop.ShardLoop;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
 * header. A slot that begins with anything else but zeros had a segment whose header is damaged; it is kept. Ids stay
 * unique because the superblock keeps a floor, raised ahead of use.
 */
public final class DiskStore implements SegmentStore {
    /** Offset of the first slot. */
    static final int FIRST_SLOT = DiskLayout.FIRST_SLOT;

    private static final Logger LOG = LoggerFactory.getLogger(DiskStore.class);
    private static final int IDS_AHEAD = 1024;

    private final FileIo io;
    private final ShardLoop loop;
    private final SuperblockCopies copies;
    private final SegmentTable table;
    private final List<Integer> damaged = new ArrayList<>();
    private final ArrayDeque<ByteBuffer> headerBuffers = new ArrayDeque<>();
    private long diskBytes;
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
     * @param members all disks that the pool begins with
     * @param copies on how many of them each segment is put
     */
    public record Format(UUID pool, UUID disk, int segmentBytes, List<UUID> members, int copies) {
        /** Of a pool that begins with one disk. */
        public Format(UUID pool, UUID disk, int segmentBytes) {
            this(pool, disk, segmentBytes, List.of(disk), Superblock.Copies.USUAL.wanted());
        }
    }

    /**
     * Writes the superblocks of a new disk. Blocks.
     *
     * @throws StoreException EXISTS when there is a pool on it already, TOO_SMALL when fewer than four segments fit
     */
    public static void format(FileIo io, Format format) throws StoreException {
        DiskLayout.format(io, format);
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
        DiskStore store = member(io, loop, quorum);
        Superblock found = store.superblock;
        if (pool != null && !pool.equals(found.pool())) {
            throw new StoreException(
                    StoreException.Kind.FOREIGN,
                    "the disk belongs to pool " + found.pool() + ", not to " + pool + ": use the right disk or path");
        }
        if (found.disks().size() > 1) {
            throw new StoreException(
                    StoreException.Kind.INCOMPLETE,
                    "the disk is one of " + found.disks().size() + " of a pool: open it with the others");
        }
        store.copies.repair(found, store.diskBytes);
        long slots = store.newRoomNow();
        if (slots > found.slots()) {
            store.takeRoomNow(found.withSlots(slots));
        }
        return store;
    }

    /** Opens a disk as it is, changing nothing. Blocks. */
    static DiskStore member(FileIo io, ShardLoop loop) throws StoreException {
        return member(io, loop, SuperblockCopies.QUORUM);
    }

    private static DiskStore member(FileIo io, ShardLoop loop, int quorum) throws StoreException {
        SuperblockCopies copies = new SuperblockCopies(io, quorum);
        long size = io.size();
        if (size < DiskLayout.leastBytes()) {
            throw new StoreException(
                    size == 0 ? StoreException.Kind.ABSENT : StoreException.Kind.TOO_SMALL,
                    "there is no Sandstone pool here: only " + size + " bytes");
        }
        Superblock found = copies.read(size);
        long slots = DiskLayout.slots(size, found.segmentBytes());
        if (found.firstSlot() != FIRST_SLOT || found.slots() > slots) {
            throw new StoreException(
                    StoreException.Kind.TOO_SMALL,
                    "the disk was made for " + found.slots() + " segments, " + slots
                            + " fit now: it was cut short; restore its size");
        }
        return new DiskStore(io, loop, copies, found);
    }

    /**
     * How many slots fit now, those that are new made ready. Blocks; any thread, one at a time.
     *
     * @throws StoreException TOO_SMALL when they are fewer than there were
     */
    long newRoomNow() throws StoreException {
        Superblock now = superblock;
        long slots = DiskLayout.slots(io.size(), now.segmentBytes());
        if (slots < now.slots()) {
            throw new StoreException(
                    StoreException.Kind.TOO_SMALL,
                    "the disk has " + now.slots() + " segments, only " + slots + " fit now: it was cut short");
        }
        DiskLayout.clearHeaders(io, now.segmentBytes(), now.slots(), slots);
        return slots;
    }

    /**
     * Takes the slots that were made ready. The superblock moves to the new end first, so that at every moment a
     * generation has two copies where they are looked for.
     */
    void takeRoomNow(Superblock next) throws StoreException {
        LOG.info("the disk has grown from {} to {} segments", superblock.slots(), next.slots());
        long size = io.size();
        try {
            copies.repair(superblock, size);
        } catch (StoreException e) {
            failure = e;
            throw e;
        }
        diskBytes = size;
        replaceSuperblockNow(next);
        table.grow(Math.toIntExact(next.slots()));
    }

    /** What to do when the disk is closed. */
    void afterClose(Runnable task) {
        afterClose = task;
    }

    private void findSegments() throws StoreException {
        ByteBuffer header = SuperblockCopies.aligned(BLOCK_BYTES);
        for (int slot = 0; slot < table.slots(); slot++) {
            boolean readable = readHeader(slot, header);
            SegmentHeader found = readable ? SegmentHeader.decode(header, superblock.pool()) : null;
            if (found == null && !(readable && Fields.isZero(header, 0, BLOCK_BYTES))) {
                damaged.add(slot);
                table.hold(slot);
                LOG.error(
                        "slot {} of the disk begins with a segment header that is damaged: it is kept as it is and not"
                                + " used again",
                        slot);
            }
            if (found != null && table.contains(found.id())) {
                throw new StoreException(
                        StoreException.Kind.DAMAGED,
                        "slots " + table.slot(found.id()) + " and " + slot + " both hold segment " + found.id());
            }
            if (found != null) {
                table.put(found, slot);
            }
        }
        lastId = largestIdEver();
    }

    private long largestIdEver() {
        long floor = 1;
        for (Superblock.Shard shard : superblock.shards()) {
            floor = Math.max(floor, shard.segmentFloor());
        }
        return Math.max(floor - 1, table.largestId());
    }

    private boolean readHeader(int slot, ByteBuffer header) {
        try {
            io.readNow(offset(slot), header);
            return true;
        } catch (StoreException unreadable) {
            return false;
        }
    }

    @Override
    public int damagedSlots() {
        return damaged.size();
    }

    @Override
    public void readDamagedNow(int index, int offset, ByteBuffer dst) throws StoreException {
        io.readNow(offset(damaged.get(index)) + offset, dst);
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
        replaceSuperblockNow(next);
    }

    /** {@link #updateSuperblockNow} to any later generation. */
    void replaceSuperblockNow(Superblock next) throws StoreException {
        StoreException failed = failure;
        if (failed != null) {
            throw failed;
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
        return (long) table.slots() - damaged.size();
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
        try {
            reserveId(header.id());
        } catch (StoreException e) {
            table.release(slot);
            refuse(e, done);
            return;
        }
        io.allocate(offset(slot), segmentBytes(), lacking -> {
            if (lacking != null) {
                table.release(slot);
                done.done(lacking);
                return;
            }
            writeHeader(slot, header, false, done);
        });
    }

    /**
     * Makes a segment of a slot that is taken.
     *
     * @param full whether nothing is to be appended
     */
    void writeHeader(int slot, SegmentHeader header, boolean full, StoreDone done) {
        StoreException failed = failure;
        if (failed != null) {
            refuse(failed, done);
            return;
        }
        ByteBuffer bytes = headerBuffer();
        header.encode(bytes);
        io.write(offset(slot), bytes, error -> {
            headerBuffers.push(bytes);
            if (error == null) {
                table.put(header, slot);
            }
            if (error == null && full) {
                table.written(slot, BLOCK_BYTES, segmentBytes());
            }
            done.done(fatal(error));
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
        io.write(at, bytes, error -> done.done(fatal(error)));
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

    /** Damage to its header takes a segment away from those who still point to it, or its copy has moved to another disk. */
    private static StoreException gone(long segment) {
        return new StoreException(
                StoreException.Kind.DAMAGED,
                "segment " + segment + " is not on the disk: its header is damaged, or it is elsewhere");
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
        io.readNow(offset(slotAnywhere(segment)) + offset, dst);
    }

    /** Its copy here may have been dropped while another thread was about to read it. */
    private int slotAnywhere(long segment) throws StoreException {
        int slot = table.slotAnywhereIfAny(segment);
        if (slot < 0) {
            throw gone(segment);
        }
        return slot;
    }

    /** {@link #reread}, blocking; any thread. */
    void rereadNow(long segment, int offset, ByteBuffer dst) throws StoreException {
        long at = offset(slotAnywhere(segment)) + offset;
        io.forget(at, dst.remaining());
        io.readNow(at, dst);
    }

    @Override
    public void delete(long segment, StoreDone done) {
        StoreException failed = failure;
        if (failed != null) {
            refuse(failed, done);
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

    // as a member of a mirror

    /** Writes the copies of the superblock that are not as they should be. Blocks. */
    void repairSuperblockNow() throws StoreException {
        StoreException failed = failure;
        if (failed == null) {
            copies.repair(superblock, diskBytes);
        }
    }

    /** Why nothing is written any more; null while it is. */
    @Nullable
    StoreException failure() {
        return failure;
    }

    /** Writes nothing any more. */
    void retire(StoreException why) {
        if (failure == null) {
            failure = why;
        }
    }

    /** Whether its file seems to have been cut short, by what the system has said. */
    boolean mayBeShort(FileIo.Standing said) {
        return copies.mayBeShort(said.bytes(), diskBytes);
    }

    /** Gives a file that was cut short its size back, and its superblocks; false when it was not. Blocks. */
    boolean restoreSizeNow() throws StoreException {
        return copies.restoreSize(superblock, diskBytes);
    }

    /** Size as it was when it was opened or has grown. */
    long diskBytes() {
        return diskBytes;
    }

    /** Makes the file larger; {@link #newRoomNow} is next. Blocks; any thread. */
    void growNow(long bytes) throws StoreException {
        io.growNow(bytes / BLOCK_BYTES * BLOCK_BYTES);
    }

    /** Writes over what a segment has there already; its header is at 0. */
    void rewrite(long segment, int offset, ByteBuffer bytes, StoreDone done) {
        StoreException failed = failure;
        int slot = table.slotIfAny(segment);
        if (failed != null || slot < 0) {
            refuse(failed != null ? failed : gone(segment), done);
            return;
        }
        io.write(offset(slot) + offset, bytes, error -> done.done(fatal(error)));
    }

    /** {@link #rewrite}, blocking; on the loop, or before anything uses it. */
    void rewriteNow(long segment, int offset, ByteBuffer bytes) throws StoreException {
        StoreException failed = failure;
        if (failed != null) {
            throw failed;
        }
        try {
            io.writeNow(offset(table.slot(segment)) + offset, bytes);
        } catch (StoreException e) {
            failure = e;
            throw e;
        }
    }

    /** The header of a segment as this disk has it; null when it has not. */
    @Nullable
    SegmentHeader header(long segment) {
        int slot = table.slotIfAny(segment);
        return slot < 0 ? null : table.header(slot);
    }

    /** Takes a free slot for a copy to come; null when there is none. */
    @Nullable
    ReservedSlot reserve() {
        int slot = failure == null ? table.take() : -1;
        return slot < 0 ? null : new ReservedSlot(this, slot);
    }

    void release(int slot) {
        table.release(slot);
    }

    FileIo io() {
        return io;
    }

    /** Forgets what a disk has that was away too long; its slots are free. Blocks. */
    void clearNow() throws StoreException {
        ByteBuffer zeros = SuperblockCopies.aligned(BLOCK_BYTES);
        for (SegmentHeader header : table.headers()) {
            int slot = table.slot(header.id());
            io.writeNow(offset(slot), zeros);
            table.remove(header.id());
            table.release(slot);
        }
        while (!damaged.isEmpty()) {
            releaseDamagedNow(damaged.size() - 1);
        }
    }

    @Override
    public void releaseDamagedNow(int index) throws StoreException {
        int slot = damaged.get(index);
        io.writeNow(offset(slot), SuperblockCopies.aligned(BLOCK_BYTES));
        damaged.subList(index, index + 1).clear();
        table.release(slot);
    }

    /** Leaves nothing that looks like a pool. Blocks. */
    void wipeNow() throws StoreException {
        copies.wipe(diskBytes);
    }

    /**
     * The superblock says from where on ids are new after a restart, whatever is left of the segments that had the others.
     * It is raised ahead of use, many ids at a time: that blocks for four small writes, once in 64 GiB of log.
     */
    private void reserveId(long segment) throws StoreException {
        Superblock.Shard shard = superblock.shards().getFirst();
        if (segment >= shard.segmentFloor()) {
            updateSuperblockNow(superblock.with(new Superblock.Shard(shard.id(), shard.epoch(), segment + IDS_AHEAD)));
        }
    }

    private ByteBuffer headerBuffer() {
        ByteBuffer free = headerBuffers.poll();
        return free != null ? free : SuperblockCopies.aligned(BLOCK_BYTES);
    }

    long offset(int slot) {
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
