package dev.sandstone.engine.volume;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.log.RecordType;
import dev.sandstone.engine.map.MapSlice;
import dev.sandstone.engine.recovery.SharedBlocks;
import dev.sandstone.engine.store.LogStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Makes blocks of a volume show data that is in the log already, by REFMAP records without data.
 *
 * <p>Only what is durable is in the map, so nothing else is named. Where that is not yet all that the source shows, it is
 * made durable first. Then the map is read and the records get their LSNs without anything between: what the records name
 * cannot move or go meanwhile. Until they are durable their segments are announced to the cleaner.
 * Like a discard it keeps its range shared until it is durable, because it is not visible before.
 *
 * <p>Confined to the shard's loop; for one use.
 */
final class ShareOperation extends RangeLocks.Request {
    /** Most blocks of one operation. */
    static final int MOST_BLOCKS = 4096;

    private static final int LOOKUP_BLOCKS = 256;
    private static final int MOST_LOADS = 64;

    /** A record holds at least so many blocks, however they lie. */
    private static final int LEAST_PER_RECORD =
            (SharedBlocks.MOST_BYTES - SharedBlocks.HEADER_BYTES) / SharedBlocks.Extent.bytes(1, true);

    /**
     * Who is told.
     *
     * @param placed the records have their LSNs: so many blocks of 512 bytes will be shared
     */
    record Waiter(LongConsumer placed, Completion done) {}

    private final Shard shard;
    private final LogVolume volume;
    private final long block;
    private final int blocks;
    private final Waiter waiter;
    private final long ticketBytes;
    private final MapSlice slice = new MapSlice(LOOKUP_BLOCKS);
    private final List<SharedBlocks> records = new ArrayList<>();
    private final Admission.Applicant applicant = new Admission.Applicant() {
        @Override
        void admitted(EngineStatus status) {
            doorAnswered(status);
        }
    };

    private ReadSource source;
    private long sourceBlock;
    private int loads;
    private int shared;
    private int awaited;
    private boolean poisoned;
    private boolean failed;
    private List<SharedBlocks.Extent> runs = new ArrayList<>();
    private int payload = SharedBlocks.HEADER_BYTES;

    // The source is set by start, before anything can be called.
    @SuppressWarnings("NullAway.Init")
    ShareOperation(LogVolume volume, long block, int blocks, Waiter waiter) {
        this.shard = volume.shard();
        this.volume = volume;
        this.block = block;
        this.blocks = blocks;
        this.waiter = waiter;
        this.ticketBytes = (long) Math.ceilDiv(blocks, LEAST_PER_RECORD) * SharedBlocks.MOST_BYTES;
    }

    void start(ReadSource from, long first) {
        source = from;
        sourceBlock = first;
        shard.began();
        if (from.isSettled(first, blocks)) {
            shard.admission().request(applicant, ticketBytes);
            return;
        }
        // The log's newest LSN, not the source's: waits are in order over the whole shard.
        shard.durability().await(shard.log().lastLsn(), (status, detail) -> {
            if (status == EngineStatus.OK) {
                shard.admission().request(applicant, ticketBytes);
            } else {
                Told.tell(waiter.done(), status, 0);
                shard.ended();
            }
        });
    }

    private void doorAnswered(EngineStatus status) {
        if (status == EngineStatus.OK) {
            volume.locks().acquire(this, block, block + blocks - 1, false);
        } else {
            Told.tell(waiter.done(), status, 0);
            shard.ended();
        }
    }

    @Override
    void granted() {
        look();
    }

    /** Reads the source's map; all of it in one turn of the loop, with the records that name what it says. */
    private void look() {
        int perBlock = LogVolume.BLOCKS_PER_MAP_BLOCK;
        EngineStatus status = volume.writable(block * perBlock, (long) blocks * perBlock);
        if (status != EngineStatus.OK || source.isGone()) {
            end(status == EngineStatus.OK ? EngineStatus.NOT_FOUND : status, 0);
            return;
        }
        records.clear();
        runs = new ArrayList<>();
        payload = SharedBlocks.HEADER_BYTES;
        shared = 0;
        poisoned = false;
        boolean open = true;
        while (open && shared < blocks) {
            int count = Math.min(blocks - shared, LOOKUP_BLOCKS);
            long from = sourceBlock + shared;
            if (!source.map().lookup(from, count, slice)) {
                load();
                return;
            }
            open = gather(count);
        }
        seal();
        if (shared == 0) {
            long bad = (sourceBlock * perBlock);
            end(poisoned ? EngineStatus.MEDIUM_ERROR : EngineStatus.OK, poisoned ? bad : 0);
        } else {
            append();
        }
    }

    /** All that is still to be looked up, at once. */
    private void load() {
        if (++loads > MOST_LOADS) {
            end(EngineStatus.OK, 0);
            return;
        }
        source.map().load(sourceBlock + shared, blocks - shared, ok -> {
            if (ok) {
                look();
            } else {
                end(EngineStatus.IO_ERROR, 0);
            }
        });
    }

    /** @return whether all of the slice can be shared */
    private boolean gather(int count) {
        int at = 0;
        while (at < count) {
            long pointer = slice.pointer(at);
            if (!mayShare(pointer)) {
                poisoned = Pointer.kind(pointer) == Pointer.KIND_POISON;
                return false;
            }
            int run = run(at, count);
            add(at, run);
            at += run;
            shared += run;
        }
        return true;
    }

    private boolean mayShare(long pointer) {
        return Pointer.kind(pointer) == Pointer.KIND_RAW
                ? shard.mayShare(Pointer.segment(pointer))
                : pointer == Pointer.HOLE || pointer == Pointer.ZERO;
    }

    /** How many blocks from there on lie one after the other, and still fit into the record. */
    private int run(int at, int count) {
        long pointer = slice.pointer(at);
        boolean data = Pointer.hasData(pointer);
        if (payload + SharedBlocks.Extent.bytes(1, data) > SharedBlocks.MOST_BYTES) {
            seal();
        }
        int end = at + 1;
        while (end < count
                && slice.pointer(end) == (data ? Pointer.plus(pointer, end - at) : pointer)
                && payload + SharedBlocks.Extent.bytes(end - at + 1, data) <= SharedBlocks.MOST_BYTES) {
            end++;
        }
        return end - at;
    }

    private void add(int at, int run) {
        long pointer = slice.pointer(at);
        int[] checksums = new int[Pointer.hasData(pointer) ? run : 0];
        for (int i = 0; i < checksums.length; i++) {
            checksums[i] = slice.checksum(at + i);
        }
        runs.add(new SharedBlocks.Extent(block + shared, run, pointer, checksums));
        payload += SharedBlocks.Extent.bytes(run, checksums.length > 0);
    }

    private void seal() {
        if (!runs.isEmpty()) {
            records.add(new SharedBlocks(volume.lineage(), runs));
            runs = new ArrayList<>();
            payload = SharedBlocks.HEADER_BYTES;
        }
    }

    private void append() {
        awaited = records.size();
        for (SharedBlocks record : List.copyOf(records)) {
            long[] segments = record.runs().stream()
                    .map(SharedBlocks.Extent::pointer)
                    .filter(Pointer::hasData)
                    .mapToLong(Pointer::segment)
                    .distinct()
                    .toArray();
            Arrays.stream(segments).forEach(shard.shared()::begin);
            ByteRecord.Owner owner = new ByteRecord.Owner() {
                @Override
                public void recordDurable(long lsn) {
                    shard.facts().shared(lsn, record);
                    Arrays.stream(segments).forEach(shard.shared()::end);
                    shard.recordDurable(lsn);
                    settle();
                }

                @Override
                public void recordFailed() {
                    Arrays.stream(segments).forEach(shard.shared()::end);
                    shard.recordFailed();
                    failed = true;
                    settle();
                }
            };
            volume.appended(shard.log()
                    .append(
                            LogStream.USER,
                            new ByteRecord(RecordType.REFMAP, volume.lineage(), record.encode(), owner)));
        }
        long placed = (long) shared * LogVolume.BLOCKS_PER_MAP_BLOCK;
        Told.tell((status, detail) -> waiter.placed().accept(detail), EngineStatus.OK, placed);
    }

    private void settle() {
        if (--awaited == 0) {
            shard.want();
            end(failed ? EngineStatus.IO_ERROR : EngineStatus.OK, (long) shared * LogVolume.BLOCKS_PER_MAP_BLOCK);
        }
    }

    private void end(EngineStatus status, long detail) {
        volume.locks().release(this);
        shard.admission().left(ticketBytes);
        Told.tell(waiter.done(), status, detail);
        shard.ended();
    }
}
