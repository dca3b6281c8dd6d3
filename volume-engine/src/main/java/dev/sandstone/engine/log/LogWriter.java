package dev.sandstone.engine.log;

import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.store.LogStream;
import dev.sandstone.engine.store.SegmentHeader;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Appends records to a shard's log and tells each, strictly in the order of LSNs, when it is durable.
 *
 * <p>Group commit without a timer: when nothing is under way, what one turn of the loop appended is written at its end;
 * else records are gathered until the write under way has ended. A second write goes out beside it only when much has
 * gathered. Records of one append are in one batch, and a batch is in the log wholly or not at all.
 *
 * <p>Invariants: LSNs are dense (I1). A record is told durable only when it and all before it are (I3). No byte of a
 * segment is written twice (I5). A footer is written only when all it names was told. After the first failure nothing
 * is written any more, and nothing is told durable.
 *
 * <p>Confined to the shard's loop.
 */
public final class LogWriter {
    /** Most blocks of payload in a record: 1 MiB at any alignment of its 512-byte blocks. */
    public static final int MAX_RECORD_BLOCKS = BatchFormat.MAX_PAYLOAD_BLOCKS;

    private static final int MAX_FLIGHT = 2;

    /** So much gathered payload is worth a second write beside the one under way. */
    private static final int EAGER_BYTES = 128 << 10;

    /**
     * Buffers kept for reuse: as many as what waits for the disk may need, 64 MiB. A new one costs more than to fill it, since each
     * page of it is made and zeroed first.
     */
    private static final int KEPT_BATCHES = 72;

    /** Segment header, the longest head of a batch, a footer that names it: any batch fits an empty segment. */
    private static final int SEGMENT_OVERHEAD_BLOCKS = 1 + 4 + 5;

    private final ShardLoop loop;
    private final int maxBlocks;
    private final SegmentStore store;
    private final SegmentSource source;
    private final LogConfig config;
    private final ArrayDeque<Batch> free = new ArrayDeque<>();
    private final FooterBuffers footers = new FooterBuffers();
    private final ArrayDeque<Batch> closed = new ArrayDeque<>();
    private final ArrayDeque<Batch> flight = new ArrayDeque<>();
    private final @Nullable OpenSegment[] open = new OpenSegment[LogStream.values().length];
    private final long[] previous = new long[LogStream.values().length];
    private final List<OpenSegment> full = new ArrayList<>();
    private final Runnable turnEnd = this::turnEnded;
    private @Nullable Batch gathering;
    private @Nullable LogStream opening;
    private @Nullable StoreException failure;
    private @Nullable Runnable closing;
    private long lastLsn;
    private long ackedLsn;
    private int footersUnderWay;
    private boolean turnEndQueued;
    private boolean telling;

    public LogWriter(ShardLoop loop, SegmentStore store, SegmentSource source, LogConfig config) {
        this.loop = loop;
        this.store = store;
        this.source = source;
        this.config = config;
        lastLsn = config.lastLsn();
        ackedLsn = config.lastLsn();
        int room = store.segmentBytes() / SegmentStore.BLOCK_BYTES - SEGMENT_OVERHEAD_BLOCKS;
        maxBlocks = Math.min(MAX_RECORD_BLOCKS, room);
    }

    /**
     * Gives the record the next LSN and a place in memory; it is durable when it is told so.
     *
     * @return the LSN; 0 when the log has failed or is closing, and then the record is never told
     */
    public long append(LogStream stream, LogRecord record) {
        if (failure != null || closing != null) {
            return 0;
        }
        int blocks = Descriptors.payloadBlocks(record.payloadBytes());
        if (blocks > maxBlocks) {
            throw new IllegalArgumentException("record of " + blocks + " blocks, at most " + maxBlocks);
        }
        Batch batch = gathering;
        if (batch != null && (batch.stream() != stream || !takes(batch, blocks))) {
            closed.add(batch);
            batch = null;
        }
        if (batch == null) {
            batch = free.isEmpty() ? new Batch(this) : free.pop();
            batch.begin(stream, lastLsn + 1);
            gathering = batch;
        }
        batch.add(record);
        lastLsn++;
        if (!turnEndQueued && flight.size() < MAX_FLIGHT) {
            turnEndQueued = true;
            loop.execute(turnEnd);
        }
        return lastLsn;
    }

    private boolean takes(Batch batch, int blocks) {
        return batch.takes(blocks) && batch.payloadBytes() / SegmentStore.BLOCK_BYTES + blocks <= maxBlocks;
    }

    /** Most blocks of payload in a record here: {@link #MAX_RECORD_BLOCKS}, less where segments are tiny. */
    public int maxRecordBlocks() {
        return maxBlocks;
    }

    /** The LSN of the last record appended. */
    public long lastLsn() {
        return lastLsn;
    }

    /** Every record up to here is durable. */
    public long ackedLsn() {
        return ackedLsn;
    }

    /** Why the log takes no more records; null while it does. */
    public @Nullable StoreException failure() {
        return failure;
    }

    /**
     * Copies from the payload of a record that was not yet told durable, or is being told.
     *
     * @param from offset in the payload, in bytes
     * @param dst filled from position to limit, which stay
     */
    public void readPending(long lsn, int from, ByteBuffer dst) {
        Batch batch = gathering;
        if (batch != null && batch.has(lsn)) {
            batch.copy(lsn, from, dst);
            return;
        }
        for (Batch waiting : closed) {
            if (waiting.has(lsn)) {
                waiting.copy(lsn, from, dst);
                return;
            }
        }
        for (Batch moving : flight) {
            if (moving.has(lsn)) {
                moving.copy(lsn, from, dst);
                return;
            }
        }
        throw new IllegalArgumentException("record " + lsn + " is not pending");
    }

    /** Takes no more records; runs the task on the loop when all are durable and all segments sealed, or the log failed. */
    public void close(Runnable done) {
        if (closing != null) {
            throw new IllegalStateException("the log is closing already");
        }
        closing = done;
        loop.execute(this::pump);
    }

    private void turnEnded() {
        turnEndQueued = false;
        pump();
    }

    /** Writes what may be written now. */
    private void pump() {
        while (failure == null && opening == null && flight.size() < MAX_FLIGHT) {
            Batch batch = closed.peek();
            if (batch == null) {
                batch = gathering;
                boolean worth = batch != null && (flight.isEmpty() || batch.payloadBytes() >= EAGER_BYTES);
                if (batch == null || !worth) {
                    break;
                }
                gathering = null;
                closed.add(batch);
            }
            OpenSegment segment = open[batch.stream().code()];
            if (segment != null && segment.fits(batch) && !store.impaired(segment.id())) {
                closed.remove();
                write(batch, segment);
            } else {
                roll(batch.stream(), batch.firstLsn());
            }
        }
        finishClosing();
    }

    private void write(Batch batch, OpenSegment segment) {
        ByteBuffer bytes = batch.close(segment, config, ackedLsn, loop.wallClockMicros());
        flight.add(batch);
        store.append(segment.id(), batch.offset(), bytes, batch);
    }

    private void roll(LogStream stream, long firstLsn) {
        retire(stream);
        opening = stream;
        source.open(stream, firstLsn, previous[stream.code()], this::opened);
    }

    /** Seals the segments that have lost a copy, so that they get it again; the log goes on in others. */
    public void leaveImpaired() {
        leave(store::impaired);
    }

    /** Seals the segment if it is still open, so that it can be cleaned; the log goes on in another one. */
    public void leave(long segment) {
        leave(id -> id == segment);
    }

    private void leave(LongPredicate which) {
        for (LogStream stream : LogStream.values()) {
            OpenSegment segment = open[stream.code()];
            if (failure == null && segment != null && which.test(segment.id())) {
                retire(stream);
            }
        }
    }

    private void retire(LogStream stream) {
        OpenSegment segment = open[stream.code()];
        if (segment != null) {
            previous[stream.code()] = segment.id();
            open[stream.code()] = null;
            full.add(segment);
            source.left(segment.id());
            sealFull();
        }
    }

    private void opened(@Nullable SegmentHeader header) {
        LogStream stream = opening;
        if (failure != null || stream == null) {
            return;
        }
        opening = null;
        if (header == null) {
            fail(new StoreException(StoreException.Kind.NO_SPACE, "no segment could be opened for the log"));
            return;
        }
        open[stream.code()] = new OpenSegment(header, store.segmentBytes(), footers);
        // The source may have answered from within roll, which pump called: its loop goes on there.
        loop.execute(turnEnd);
    }

    /** A batch is on the disk, or is not. */
    void written(Batch batch, @Nullable StoreException error) {
        if (failure != null) {
            return;
        }
        telling = true;
        try {
            tellLanded();
        } catch (RuntimeException | Error defect) {
            // What the record says may be half in memory: nothing may build on it.
            telling = false;
            fail(new StoreException(StoreException.Kind.IO, "a durable record could not be taken in", defect));
            throw defect;
        }
        telling = false;
        if (error != null) {
            fail(error);
        } else {
            sealFull();
            pump();
        }
    }

    private void tellLanded() {
        for (Batch first = flight.peek(); first != null && first.landed() && failure == null; first = flight.peek()) {
            tell(first);
            recycle(first);
        }
    }

    /** The batch stays in flight meanwhile, so that its payload can be read until each record was told. */
    private void tell(Batch batch) {
        ackedLsn = batch.lastLsn();
        source.appended(batch.segment().id(), batch.dataBytes(), batch.totalBytes(), roomOf(batch.segment()));
        batch.tellDurable();
        flight.remove(batch);
    }

    private int roomOf(OpenSegment segment) {
        return full.contains(segment) ? 0 : Math.max(0, segment.room());
    }

    private void recycle(Batch batch) {
        if (free.size() < KEPT_BATCHES) {
            free.push(batch);
        }
    }

    /** Writes the footers of full segments whose records were all told. */
    private void sealFull() {
        for (int i = 0; i < full.size() && failure == null; ) {
            OpenSegment segment = full.get(i);
            if (segment.lastLsn() <= ackedLsn && !inFlight(segment)) {
                full.remove(i);
                seal(segment);
            } else {
                i++;
            }
        }
    }

    private boolean inFlight(OpenSegment segment) {
        return flight.stream().anyMatch(batch -> batch.segment().equals(segment));
    }

    private void seal(OpenSegment segment) {
        footersUnderWay++;
        ByteBuffer footer = segment.footer().build(ackedLsn);
        int at = store.segmentBytes() - footer.limit();
        store.append(segment.id(), at, footer, error -> {
            footersUnderWay--;
            segment.footer().release(footer);
            if (error != null && failure == null) {
                fail(error);
            } else if (error == null && failure == null) {
                source.sealed(segment.footer().summary());
                finishClosing();
            }
        });
    }

    private void fail(StoreException error) {
        failure = error;
        List<Batch> lost = new ArrayList<>(flight);
        lost.addAll(closed);
        if (gathering != null) {
            lost.add(gathering);
        }
        flight.clear();
        closed.clear();
        gathering = null;
        lost.forEach(Batch::tellFailed);
        finishClosing();
    }

    private void finishClosing() {
        Runnable done = closing;
        if (done == null || telling) {
            return;
        }
        boolean idle = flight.isEmpty() && closed.isEmpty() && gathering == null && opening == null;
        if (failure == null && idle) {
            for (LogStream stream : LogStream.values()) {
                retire(stream);
            }
        }
        if (failure != null || (idle && full.isEmpty() && footersUnderWay == 0)) {
            closing = () -> {};
            done.run();
        }
    }
}
