package dev.sandstone.engine.cleaner;

import dev.sandstone.engine.loop.QueueLoop;
import dev.sandstone.engine.space.SegmentCounts;
import dev.sandstone.engine.space.SharedSegments;
import dev.sandstone.engine.space.SpaceGovernor;
import dev.sandstone.engine.space.SpaceLedger;
import dev.sandstone.engine.store.LogStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A pool whose blocks are numbers: what cleaning costs, with the very classes that decide what is cleaned when, and none that
 * reads, writes or waits. Random writes of 4 KiB as fast as cleaning lets them.
 *
 * <p>As a program: {@code CleaningModel SLOTS SEGMENT_MIB PERCENT ROUNDS HOT...}, as the arguments of {@code bench/cleaning}.
 */
final class CleaningModel {
    private static final int BLOCK = Evacuation.BLOCK_BYTES;
    private static final int RECORD_BYTES = 36;
    private static final int HEADER_BYTES = 128;
    private static final int DEPTH = 32;
    private static final int CALM_STEP = 64;
    private static final int CALM_WRITES = 128;
    private static final int FOLD_BLOCKS = 1 << 17;

    /** So much is written while what is dead waits for the map to be flushed. */
    private static final int FLUSH_BLOCKS = 4096;

    private final RandomGenerator random = new SplittableRandom(1);
    private final QueueLoop loop = new QueueLoop();
    private final SpaceLedger ledger;
    private final SegmentTable table;
    private final SpaceGovernor governor;
    private final VictimChoice choice;
    private final int segmentBytes;
    private final List<Content> contents = new ArrayList<>();
    private final Content[] open = new Content[LogStream.values().length];
    private final ArrayDeque<Dying> dying = new ArrayDeque<>();

    /** Where each block lies, when it was written, and whether that is folded. */
    private final Content[] places;

    private final int[] indexes;
    private final long[] births;
    private final boolean[] folded;
    private final int[] batch = new int[Evacuation.MOST_STEP_BLOCKS];
    private SegmentCounts displaced = new SegmentCounts();
    private int unfolded;
    private long lsn;
    private long written;
    private long moved;
    private boolean waiting;
    private @Nullable Content victim;
    private int next;

    /** What a segment holds. */
    private static final class Content {
        final long id;
        final int[] blocks;
        int count;
        int room;

        Content(long id, int room) {
            this.id = id;
            this.blocks = new int[room / BLOCK];
            this.room = room;
        }
    }

    private record Dying(Content content, long at) {}

    /**
     * @param percent of the pool that are written once, then again and again
     */
    CleaningModel(int slots, int segmentBytes, int percent) {
        this.segmentBytes = segmentBytes;
        ledger = new SpaceLedger(segmentBytes);
        table = new SegmentTable(ledger, SegmentTable.StoreShape.of(slots, segmentBytes), () -> Long.MAX_VALUE);
        governor = new SpaceGovernor(loop, table, 0);
        choice = new VictimChoice(
                new VictimChoice.Parts(table, ledger, new SharedSegments(), governor, () -> lsn),
                new VictimPolicy(random));
        int blocks = Math.toIntExact((long) slots * segmentBytes / BLOCK * percent / 100);
        places = new Content[blocks];
        indexes = new int[blocks];
        births = new long[blocks];
        folded = new boolean[blocks];
        for (int at = 0; at < blocks; at += batch.length) {
            int count = Math.min(batch.length, blocks - at);
            for (int i = 0; i < count; i++) {
                batch[i] = at + i;
            }
            long before = lsn;
            append(LogStream.USER, count, true);
            lsn = before + 1;
        }
    }

    // the log

    /** The blocks of {@link #batch} go to the log in one piece. */
    private void append(LogStream stream, int count, boolean anew) {
        int bytes = count * BLOCK + (HEADER_BYTES + count * RECORD_BYTES + BLOCK - 1) / BLOCK * BLOCK;
        Content to = open[stream.code()];
        if (to == null || to.room < bytes + count * RECORD_BYTES) {
            to = roll(stream);
        }
        for (int i = 0; i < count; i++) {
            int block = batch[i];
            lsn++;
            if (anew) {
                births[block] = lsn;
            }
            put(block, to);
        }
        to.room -= bytes + count * RECORD_BYTES;
        table.appended(to.id, (long) count * BLOCK, to.room);
    }

    private Content roll(LogStream stream) {
        Content full = open[stream.code()];
        if (full != null) {
            table.sealed(full.id, lsn);
        }
        if (table.freeSlots() <= 0) {
            throw new IllegalStateException("no free segment although tickets promised one");
        }
        Content fresh = new Content(contents.size() + 1, segmentBytes - 4 * BLOCK);
        contents.add(fresh);
        open[stream.code()] = fresh;
        table.opened(fresh.id, stream);
        return fresh;
    }

    /** The map follows at once; that a folded version is displaced shows with the next fold. */
    private void put(int block, Content to) {
        Content old = places[block];
        if (old != null && folded[block]) {
            displaced.add(old.id, -BLOCK);
        } else if (old != null) {
            ledger.superseded(old.id, BLOCK);
        }
        unfolded += old == null || folded[block] ? 1 : 0;
        folded[block] = false;
        places[block] = to;
        indexes[block] = to.count;
        to.blocks[to.count++] = block;
        ledger.written(to.id, BLOCK);
        if (unfolded == FOLD_BLOCKS) {
            fold();
        }
    }

    private void fold() {
        for (int i = 0; i < places.length; i++) {
            Content at = places[i];
            if (at != null && !folded[i]) {
                folded[i] = true;
                displaced.add(at.id, BLOCK);
            }
        }
        ledger.close();
        ledger.folded(displaced);
        displaced = new SegmentCounts();
        unfolded = 0;
    }

    // cleaning

    private void clean(boolean hurried) {
        Content of = victim;
        if (of == null) {
            Segment chosen = choice.next(!dying.isEmpty());
            if (chosen == null) {
                return;
            }
            table.cleaning(chosen);
            of = contents.get((int) chosen.id() - 1);
            victim = of;
            next = 0;
        }
        int count = 0;
        int most = Math.min(hurried ? batch.length : CALM_STEP, table.shape().stepBlocks());
        for (; next < of.count && count < most; next++) {
            int block = of.blocks[next];
            if (of.equals(places[block]) && indexes[block] == next) {
                batch[count++] = block;
            }
        }
        if (count > 0 && !table.mayMove(Evacuation.logBytes(count), governor.tickets())) {
            throw new IllegalStateException("there is no room for what cleaning moves");
        }
        if (count > 0) {
            append(LogStream.CLEAN1, count, false);
            moved += count;
        }
        if (next == of.count) {
            victim = null;
            dying.add(new Dying(of, written + FLUSH_BLOCKS));
        }
    }

    private void free() {
        while (!dying.isEmpty() && (waiting || dying.element().at() <= written)) {
            Content dead = dying.remove().content();
            fold();
            Segment segment = table.all().stream()
                    .filter(one -> one.id() == dead.id)
                    .findFirst()
                    .orElseThrow();
            table.dead(segment, lsn, 0);
            table.freed(segment);
            contents.set((int) dead.id - 1, null);
            governor.supplied();
        }
    }

    // writing

    /** Writes so many blocks, fewer when there is no room. */
    private void write(int count, int hot) {
        int few = (int) ((long) places.length * (100 - hot) / 100);
        for (int done = 0; done < count && !waiting; done += DEPTH) {
            long cost = DEPTH * SpaceGovernor.cost(BLOCK);
            if (!governor.tryTake(cost)) {
                waiting = true;
                governor.take(cost, how -> {
                    if (how == SpaceGovernor.Admission.EXHAUSTED) {
                        throw new IllegalStateException("the pool is full");
                    }
                    waiting = false;
                    governor.giveBack(cost);
                });
                return;
            }
            for (int i = 0; i < DEPTH; i++) {
                batch[i] = random.nextInt(100) < hot ? random.nextInt(few) : few + random.nextInt(places.length - few);
            }
            append(LogStream.USER, DEPTH, true);
            written += DEPTH;
            governor.giveBack(cost);
        }
    }

    /**
     * Writes as many blocks as there are, and answers how many went to the log for each of them.
     *
     * @param hot percent of the writes that go to (100 - hot) percent of the blocks; 50 is uniform
     */
    double overwrite(int hot) {
        long from = written;
        long before = moved;
        int vain = 0;
        while (written - from < places.length) {
            long at = written;
            boolean hurried = choice.isUrgent();
            write(hurried ? Evacuation.MOST_STEP_BLOCKS : CALM_WRITES, hot);
            if (choice.isShort()) {
                clean(hurried);
            }
            free();
            vain = written == at ? vain + 1 : 0;
            if (vain > 10_000) {
                throw new IllegalStateException("writes wait for ever");
            }
        }
        return 1 + (double) (moved - before) / (written - from);
    }

    public static void main(String[] arguments) {
        int[] numbers = Arrays.stream(arguments).mapToInt(Integer::parseInt).toArray();
        for (int i = 4; i < numbers.length; i++) {
            CleaningModel model = new CleaningModel(numbers[0], numbers[1] << 20, numbers[2]);
            StringBuilder rounds = new StringBuilder();
            for (int round = 0; round < numbers[3]; round++) {
                rounds.append(String.format(Locale.ROOT, " %.2f", model.overwrite(numbers[i])));
            }
            System.out.println("hot " + numbers[i] + ":" + rounds);
        }
    }
}
