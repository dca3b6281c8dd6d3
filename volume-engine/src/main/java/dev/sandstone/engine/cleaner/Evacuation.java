package dev.sandstone.engine.cleaner;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.log.RecordDescriptor;
import dev.sandstone.engine.map.BlockMap;
import dev.sandstone.engine.map.BlockSpan;
import dev.sandstone.engine.map.LineageMap;
import dev.sandstone.engine.map.MapSlice;
import dev.sandstone.engine.store.CopyRead;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Moves the live blocks out of one segment, at most 256 KiB a step.
 *
 * <p>A step: find the next blocks whose owner in the map still points here; read them; verify each against the map's
 * checksum; append RELOC records with the original birth; wait until they are durable; the map then follows where the
 * version still is. Passes over the segment are repeated until one finds nothing alive: only facts decide that a segment
 * is empty.
 *
 * <p>A lineage that keeps history is asked for the very version that the record made, in the store, once a pass has seen
 * to it that everything up to its beginning is folded: from then on no version can turn up there that was not.
 *
 * <p>Where slots are scarce the first pass is a rehearsal: it reads and verifies all that is alive and moves nothing. A
 * segment that holds something damaged gives no room back, so what was moved out of it first would have taken room for
 * nothing. For the same reason blocks are read again more often then, before they count as damaged.
 *
 * <p>Confined to the shard's loop.
 */
final class Evacuation {
    /** How a step ended. */
    enum Outcome {
        /** There is more to do. */
        MORE,
        /** Nothing in the segment is alive. */
        EMPTY,
        /** A live block cannot be read as the map says it must be. */
        DAMAGED,
        /** Blocks keep coming back. */
        GIVEN_UP,
        /** There is no room for what is alive. */
        NO_ROOM,
        /** The map or the log has failed: nothing can be moved any more. */
        FAILED
    }

    /** What it works with. */
    record Tools(BlockMap map, SegmentStore store, Cleaner.Log log, Room room) {}

    /** Port: whether the log may take what is moved. */
    @FunctionalInterface
    interface Room {
        boolean mayMove(long logBytes);
    }

    /** Told on the loop when a step has ended. */
    @FunctionalInterface
    interface Ended {
        void ended(Outcome outcome);
    }

    static final int BLOCK_BYTES = 4096;
    static final int MOST_STEP_BLOCKS = 64;

    private static final int MOST_PASSES = 3;

    /** Reads of a block behind the first one, each of all copies, before it counts as damaged; and where slots are scarce. */
    private static final int USUAL_TRIES = 1;

    private static final int SCARCE_TRIES = 5;

    private final Tools tools;
    private final Segment segment;
    private final List<RecordDescriptor> records;
    private final ByteBuffer buffer;
    private final Ended ended;
    private final int stepBlocks;
    private final MapSlice slice = new MapSlice(MOST_STEP_BLOCKS);
    private final CRC32C crc = new CRC32C();
    private final CopyRead again;
    private final List<Relocation> moves = new ArrayList<>();
    private final int[] offsets = new int[MOST_STEP_BLOCKS];
    private final int[] checksums = new int[MOST_STEP_BLOCKS];

    private int record;
    private int block;
    private int pass;
    private boolean foundInPass;
    private boolean foldedInPass;
    private boolean rehearsing;
    private int mostTries = USUAL_TRIES;
    private int gathered;
    private int awaited;
    private boolean failed;

    /** @param buffer of the blocks of a step, lent until the last step has ended */
    Evacuation(Tools tools, Segment segment, List<RecordDescriptor> records, ByteBuffer buffer, Ended ended) {
        this.tools = tools;
        this.segment = segment;
        this.records = records;
        this.buffer = buffer;
        this.ended = ended;
        stepBlocks = buffer.capacity() / BLOCK_BYTES;
        again = new CopyRead(tools.store());
    }

    /** Slots are scarce: the first pass is to move nothing. Call before the first step. */
    void rehearse() {
        rehearsing = true;
        mostTries = SCARCE_TRIES;
    }

    Segment segment() {
        return segment;
    }

    void step() {
        moves.clear();
        gathered = 0;
        failed = false;
        gather();
    }

    // find

    private void gather() {
        while (record < records.size() && gathered < stepBlocks) {
            RecordDescriptor next = records.get(record);
            LineageMap owner = owner(next);
            if (owner == null || block == next.blocks()) {
                record++;
                block = 0;
                continue;
            }
            int count = Math.min(next.blocks() - block, stepBlocks - gathered);
            if (owner.keepsHistory()) {
                gatherVersion(owner, next, count);
                return;
            }
            if (!owner.lookup(next.block() + block, count, slice)) {
                owner.load(next.block() + block, count, this::loaded);
                return;
            }
            take(next, count);
            block += count;
        }
        if (gathered > 0 && !tools.room().mayMove(logBytes(gathered))) {
            ended.ended(Outcome.NO_ROOM);
        } else if (gathered > 0) {
            foundInPass = true;
            read();
        } else if (!foundInPass) {
            ended.ended(Outcome.EMPTY);
        } else if (!rehearsing && ++pass == MOST_PASSES) {
            ended.ended(Outcome.GIVEN_UP);
        } else {
            rehearsing = false;
            record = 0;
            block = 0;
            foundInPass = false;
            foldedInPass = false;
            ended.ended(Outcome.MORE);
        }
    }

    private void gatherVersion(LineageMap owner, RecordDescriptor of, int count) {
        if (!foldedInPass) {
            foldedInPass = true;
            tools.map().fold(this::loaded);
            return;
        }
        owner.version(new Place(of.lineage(), of.block() + block, count), of.birth(), slice, ok -> {
            if (ok) {
                take(of, count);
                block += count;
            }
            loaded(ok);
        });
    }

    private record Place(long lineage, long block, int blocks) implements BlockSpan {}

    /** The most log space that so many blocks take when each is a record of its own. */
    static long logBytes(int blocks) {
        return blocks * (BLOCK_BYTES + 64L) + 2 * BLOCK_BYTES;
    }

    private @Nullable LineageMap owner(RecordDescriptor of) {
        return of.type().carriesBlocks() ? tools.map().find(of.lineage()) : null;
    }

    private void loaded(boolean ok) {
        if (ok) {
            gather();
        } else {
            ended.ended(Outcome.FAILED);
        }
    }

    private void take(RecordDescriptor from, int count) {
        for (int i = 0; i < count; i++) {
            if (slice.pointer(i) != Pointer.plus(from.pointer(), (long) block + i)) {
                continue;
            }
            long place = from.block() + block + i;
            Relocation move = moves.isEmpty() ? null : moves.get(moves.size() - 1);
            boolean goesOn = move != null && move.isFollowedBy(from.lineage(), place, slice.birth(i));
            if (move == null || !goesOn) {
                move = new Relocation(this, from.lineage(), place, slice.birth(i), gathered * BLOCK_BYTES);
                moves.add(move);
            }
            move.add(slice.checksum(i));
            offsets[gathered] = Pointer.grain(slice.pointer(i)) * Pointer.GRAIN_BYTES;
            checksums[gathered] = slice.checksum(i);
            gathered++;
        }
    }

    // read and verify

    private void read() {
        awaited = 1;
        int from = 0;
        while (from < gathered) {
            int end = from + 1;
            while (end < gathered && offsets[end] == offsets[end - 1] + BLOCK_BYTES) {
                end++;
            }
            awaited++;
            readRun(from, end - from);
            from = end;
        }
        arrived();
    }

    private void readRun(int from, int count) {
        ByteBuffer window = buffer.slice(from * BLOCK_BYTES, count * BLOCK_BYTES);
        tools.store().read(segment.id(), offsets[from], window, failure -> arrived());
    }

    /** A run that failed left other bytes than the checksums say, or the right ones: they decide. */
    private void arrived() {
        if (--awaited == 0) {
            verify(0);
        }
    }

    /** Verifies block by block from an index on; a block that is wrong is read once more, from each copy. */
    private void verify(int from) {
        for (int i = from; i < gathered; i++) {
            if (!sound(i)) {
                again(i, 1);
                return;
            }
        }
        if (rehearsing) {
            ended.ended(Outcome.MORE);
        } else {
            append();
        }
    }

    private void again(int index, int tries) {
        ByteBuffer window = buffer.slice(index * BLOCK_BYTES, BLOCK_BYTES);
        again.start(
                segment.id(), offsets[index], window, checksums[index], failure -> readAgain(index, tries, failure));
    }

    private void readAgain(int index, int tries, @Nullable StoreException failure) {
        if (failure == null && sound(index)) {
            verify(index + 1);
        } else if (tries < mostTries) {
            again(index, tries + 1);
        } else {
            ended.ended(Outcome.DAMAGED);
        }
    }

    private boolean sound(int index) {
        crc.reset();
        crc.update(buffer.duplicate().limit((index + 1) * BLOCK_BYTES).position(index * BLOCK_BYTES));
        return (int) crc.getValue() == checksums[index];
    }

    // move

    private void append() {
        awaited = moves.size();
        for (Relocation move : moves) {
            if (tools.log().append(move) == 0) {
                moveFailed();
            }
        }
    }

    void copy(int at, int bytes, ByteBuffer dst) {
        dst.put(dst.position(), buffer, at, bytes);
        dst.position(dst.position() + bytes);
    }

    void moved(Relocation move, long lsn, long pointer) {
        tools.log().moved(lsn, move, pointer);
        settle();
    }

    void moveLost() {
        tools.log().failed();
        moveFailed();
    }

    private void moveFailed() {
        failed = true;
        settle();
    }

    private void settle() {
        if (--awaited == 0) {
            ended.ended(failed ? Outcome.FAILED : Outcome.MORE);
        }
    }
}
