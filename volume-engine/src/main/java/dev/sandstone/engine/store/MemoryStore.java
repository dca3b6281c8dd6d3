package dev.sandstone.engine.store;

import dev.sandstone.engine.loop.ShardLoop;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Segments in memory: for arrays that leave nothing behind, and for tests. Durable means here: until the process ends.
 *
 * <p>Memory is taken when a segment is first created and kept for the next one.
 */
public final class MemoryStore implements SegmentStore {
    private final ShardLoop loop;
    private final SegmentTable table;
    private final @Nullable ByteBuffer[] memory;
    private final ArrayDeque<StoreDone> completions = new ArrayDeque<>();
    private final Runnable completeAll = this::completeAll;
    private Superblock superblock;
    private long lastId;
    private boolean completing;

    /** @param capacityBytes the most it may take; at least four segments */
    public MemoryStore(ShardLoop loop, int segmentBytes, long capacityBytes) {
        this.loop = loop;
        long slots = capacityBytes / segmentBytes;
        if (!Superblock.isSegmentSize(segmentBytes) || slots < 4) {
            throw new IllegalArgumentException(
                    capacityBytes + " bytes of memory are too few for segments of " + segmentBytes);
        }
        UUID disk = UUID.randomUUID();
        superblock = new Superblock(
                UUID.randomUUID(),
                disk,
                1,
                segmentBytes,
                0,
                slots,
                List.of(new Superblock.Disk(disk, 0, 1)),
                List.of(new Superblock.Shard(0, 0, 1)),
                List.of());
        memory = new ByteBuffer[Math.toIntExact(slots)];
        table = new SegmentTable(Math.toIntExact(slots), BLOCK_BYTES);
    }

    @Override
    public Superblock superblock() {
        return superblock;
    }

    @Override
    public void updateSuperblockNow(Superblock next) {
        if (next.generation() != superblock.generation() + 1) {
            throw new IllegalArgumentException(
                    "generation " + next.generation() + " cannot follow " + superblock.generation());
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
    public int damagedSlots() {
        return 0;
    }

    @Override
    public void readDamagedNow(int index, int offset, ByteBuffer dst) {
        throw new IndexOutOfBoundsException("memory has no damaged places");
    }

    @Override
    public long newId() {
        return ++lastId;
    }

    @Override
    public void create(SegmentHeader header, StoreDone done) {
        int slot = table.take();
        if (slot < 0) {
            StoreException full = new StoreException(StoreException.Kind.NO_SPACE, "no free segment");
            loop.execute(() -> done.done(full));
            return;
        }
        ByteBuffer bytes = memory[slot];
        if (bytes == null) {
            bytes = ByteBuffer.allocateDirect(segmentBytes());
            memory[slot] = bytes;
        }
        header.encode(bytes);
        table.put(header, slot);
        complete(done);
    }

    @Override
    public void append(long segment, int offset, ByteBuffer bytes, StoreDone done) {
        appendNow(segment, offset, bytes);
        complete(done);
    }

    @Override
    public void appendNow(long segment, int offset, ByteBuffer bytes) {
        int slot = table.slot(segment);
        int end = Math.addExact(offset, bytes.remaining());
        if (offset % BLOCK_BYTES != 0 || end % BLOCK_BYTES != 0 || end > segmentBytes()) {
            throw new IllegalArgumentException("append of " + bytes.remaining() + " bytes at " + offset);
        }
        table.written(slot, offset, end);
        memory(slot).put(offset, bytes, bytes.position(), bytes.remaining());
    }

    @Override
    public boolean tryRead(long segment, int offset, ByteBuffer dst) {
        copy(table.slot(segment), offset, dst);
        return true;
    }

    @Override
    public void read(long segment, int offset, ByteBuffer dst, StoreDone done) {
        copy(table.slot(segment), offset, dst);
        complete(done);
    }

    @Override
    public void reread(long segment, int offset, ByteBuffer dst, StoreDone done) {
        read(segment, offset, dst, done);
    }

    @Override
    public void readNow(long segment, int offset, ByteBuffer dst) {
        copy(table.slotAnywhere(segment), offset, dst);
    }

    private void copy(int slot, int offset, ByteBuffer dst) {
        dst.put(dst.position(), memory(slot), offset, dst.remaining());
    }

    @Override
    public void delete(long segment, StoreDone done) {
        int slot = table.remove(segment);
        complete(error -> {
            table.release(slot);
            done.done(error);
        });
    }

    /** Calls back on the loop, many in one task. */
    private void complete(StoreDone done) {
        completions.add(done);
        if (!completing) {
            completing = true;
            loop.execute(completeAll);
        }
    }

    private void completeAll() {
        completing = false;
        for (int left = completions.size(); left > 0; left--) {
            completions.remove().done(null);
        }
    }

    private ByteBuffer memory(int slot) {
        ByteBuffer bytes = memory[slot];
        if (bytes == null) {
            throw new IllegalStateException("slot " + slot + " has no memory");
        }
        return bytes;
    }

    @Override
    public String describe() {
        return "memory";
    }

    @Override
    public void close() {
        Arrays.fill(memory, null);
    }
}
