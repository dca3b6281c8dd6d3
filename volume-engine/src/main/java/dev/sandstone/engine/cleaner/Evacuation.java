package dev.sandstone.engine.cleaner;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.log.RecordDescriptor;
import dev.sandstone.engine.map.BlockMap;
import dev.sandstone.engine.map.LineageMap;
import dev.sandstone.engine.map.MapSlice;
import dev.sandstone.engine.store.CopyRead;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Moves the live blocks out of one segment, at most 1 MiB a step where space is short, else a quarter of that.
 *
 * <p>A step: find the next blocks whose owner in the map still points here; read them; verify each against the map's
 * checksum; append RELOC records with the original birth; wait until they are durable; the map then follows where the
 * version still is. Passes over the segment are repeated until one finds nothing alive: only facts decide that a segment
 * is empty.
 *
 * <p>Blocks that others show by reference are found by the facts that lend them, read when the first pass begins: while a
 * segment is emptied nobody can borrow of it. Each block is moved once, for the first version found to show it; the others
 * are led to the new place by RELOCREF records, once the relocation is durable.
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
        /** Too many show what it holds. */
        TANGLED,
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
    static final int MOST_STEP_BLOCKS = 256;

    /** Of a step that nobody waits for: it is to hold nobody up. */
    private static final int CALM_STEP_BLOCKS = 64;

    /** Versions asked for at once, by the blocks of a step: where others wait those of a segment, for many lie in one leaf. */
    private static final int FORESEEN = 64;

    /** In a step that nobody waits for so few that they are still there when their turn comes. */
    private static final int CALM_FORESEEN = 4;

    private static final int MOST_PASSES = 3;
    private static final int NOT_TAKEN = -1;

    /** Reads of a block behind the first one, each of all copies, before it counts as damaged; and where slots are scarce. */
    private static final int USUAL_TRIES = 1;

    private static final int SCARCE_TRIES = 5;

    /** Most facts of a segment that are looked at. */
    private static final int MOST_LENT = 1 << 17;

    /** A record of references that is so full is written; else at the end of a pass. */
    private static final int LOANS_BYTES = 3 << 10;

    private final Tools tools;
    private final Segment segment;
    private final List<RecordDescriptor> records;
    private final ByteBuffer buffer;
    private final Ended ended;
    private boolean hurried;
    private int stepBlocks;
    private final Foresight foresight;
    private final MapSlice slice = new MapSlice(MOST_STEP_BLOCKS);
    private final CRC32C crc = new CRC32C();
    private final CopyRead again;
    private final List<Relocation> moves = new ArrayList<>();
    private final int[] offsets = new int[MOST_STEP_BLOCKS];
    private final int[] checksums = new int[MOST_STEP_BLOCKS];
    private final Loans loans = new Loans();
    /** Where the blocks of the step lie now. */
    private final long[] places = new long[MOST_STEP_BLOCKS];
    /** Which block of the step each of the portion is, {@link #NOT_TAKEN} so far. */
    private final int[] taken = new int[MOST_STEP_BLOCKS];

    private List<Stretches.Stretch> stretches;
    private boolean asksWhoBorrows;
    private int stretch;
    private int block;
    private int portion;
    private int claim;
    private int pass;
    private boolean foundInPass;
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
        stretches = Stretches.of(records);
        foresight = new Foresight(tools.map());
        again = new CopyRead(tools.store());
    }

    /** The segment holds blocks that others show by reference. Call before the first step. */
    void lends() {
        asksWhoBorrows = true;
    }

    /** Slots are scarce: the first pass is to move nothing. Call before the first step. */
    void rehearse() {
        rehearsing = true;
        mostTries = SCARCE_TRIES;
    }

    Segment segment() {
        return segment;
    }

    /** @param urgent whether space is short */
    void step(boolean urgent) {
        hurried = urgent;
        int most = buffer.capacity() / BLOCK_BYTES;
        stepBlocks = hurried ? most : Math.min(most, CALM_STEP_BLOCKS);
        moves.clear();
        loans.begin();
        gathered = 0;
        failed = false;
        if (asksWhoBorrows) {
            asksWhoBorrows = false;
            tools.map().fold(this::ask);
        } else {
            gather();
        }
    }

    private void ask(boolean folded) {
        if (!folded) {
            ended.ended(Outcome.FAILED);
            return;
        }
        tools.map().lent(segment.id(), MOST_LENT, lent -> {
            if (lent == null) {
                ended.ended(Outcome.FAILED);
            } else if (lent.size() > MOST_LENT) {
                ended.ended(Outcome.TANGLED);
            } else {
                stretches = Stretches.of(segment.id(), records, lent);
                gather();
            }
        });
    }

    // find

    /** A portion is looked at with all its claims in one step: everybody is led to the same new place. */
    private void gather() {
        while (stretch < stretches.size() && (claim > 0 || gathered < stepBlocks)) {
            Stretches.Stretch next = stretches.get(stretch);
            if (claim == 0) {
                portion = Math.min(next.blocks() - block, stepBlocks - gathered);
                Arrays.fill(taken, 0, portion, NOT_TAKEN);
            }
            if (portion == 0) {
                stretch++;
                block = 0;
            } else if (claim == next.claims().size()) {
                block += portion;
                claim = 0;
            } else if (!look(next, next.claims().get(claim))) {
                return;
            }
        }
        gathered();
    }

    /** @return false when the answer comes later, and with it {@link #gather} */
    private boolean look(Stretches.Stretch next, Stretches.Claim of) {
        if (!foresight.covers(stretch)) {
            return foresee();
        }
        LineageMap owner = tools.map().find(of.lineage());
        if (owner == null) {
            claim++;
            return true;
        }
        if (owner.keepsHistory()) {
            MapSlice version = foresight.answer(of);
            if (version == null) {
                return foresee();
            }
            take(next, of, version, block);
            return true;
        }
        if (!owner.lookup(of.block() + block, portion, slice)) {
            owner.load(of.block() + block, portion, this::loaded);
            return false;
        }
        take(next, of, slice, 0);
        return true;
    }

    private boolean foresee() {
        int most = stepBlocks * (hurried ? FORESEEN : CALM_FORESEEN);
        return foresight.look(stretches, stretch, most, this::loaded);
    }

    /** All that the step takes is known. */
    private void gathered() {
        if (gathered > 0 && !tools.room().mayMove(logBytes(gathered) + loans.logBytes())) {
            ended.ended(Outcome.NO_ROOM);
        } else if (gathered > 0) {
            foundInPass = true;
            read();
        } else if (loans.bytes() > 0) {
            lead();
        } else if (!foundInPass) {
            ended.ended(Outcome.EMPTY);
        } else if (!rehearsing && ++pass == MOST_PASSES) {
            ended.ended(Outcome.GIVEN_UP);
        } else {
            rehearsing = false;
            stretch = 0;
            block = 0;
            foundInPass = false;
            foresight.begin();
            ended.ended(Outcome.MORE);
        }
    }

    /** The most log space that so many blocks take when each is a record of its own. */
    static long logBytes(int blocks) {
        return blocks * (BLOCK_BYTES + 64L) + 2 * BLOCK_BYTES;
    }

    private void loaded(boolean ok) {
        if (ok) {
            gather();
        } else {
            ended.ended(Outcome.FAILED);
        }
    }

    /** Takes of a portion what a version shows; the answer has the portion's first block there. */
    private void take(Stretches.Stretch from, Stretches.Claim of, MapSlice answer, int at) {
        for (int i = 0; i < portion; i++) {
            boolean alive = Foresight.shows(answer, at + i, from, block + i, of);
            if (alive && taken[i] == NOT_TAKEN) {
                taken[i] = gathered;
                move(of, block + i, answer.checksum(at + i), answer.pointer(at + i));
            } else if (alive) {
                loans.add(of, of.block() + block + i, taken[i]);
            }
        }
        claim++;
    }

    private void move(Stretches.Claim of, int index, int checksum, long pointer) {
        long place = of.block() + index;
        Relocation move = moves.isEmpty() ? null : moves.get(moves.size() - 1);
        if (move == null || !move.isFollowedBy(of.lineage(), place, of.birth())) {
            move = new Relocation(this, of.lineage(), place, of.birth(), gathered * BLOCK_BYTES);
            moves.add(move);
        }
        move.add(checksum);
        offsets[gathered] = Pointer.grain(pointer) * Pointer.GRAIN_BYTES;
        checksums[gathered] = checksum;
        gathered++;
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
        for (int i = 0; i < move.blocks(); i++) {
            places[move.at() / BLOCK_BYTES + i] = Pointer.plus(pointer, i);
        }
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
        if (--awaited > 0) {
            return;
        }
        if (failed) {
            ended.ended(Outcome.FAILED);
            return;
        }
        loans.moved(places, checksums);
        if (loans.bytes() >= LOANS_BYTES) {
            lead();
        } else {
            ended.ended(Outcome.MORE);
        }
    }

    /** Leads the others to where the blocks lie now. */
    private void lead() {
        if (tools.room().mayMove(loans.logBytes())) {
            tools.log().lead(loans.take(), ok -> ended.ended(ok ? Outcome.MORE : Outcome.FAILED));
        } else {
            ended.ended(Outcome.NO_ROOM);
        }
    }
}
