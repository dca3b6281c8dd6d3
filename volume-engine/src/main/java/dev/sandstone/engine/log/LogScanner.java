package dev.sandstone.engine.log;

import dev.sandstone.engine.store.SegmentHeader;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The recovery walk: hands out every record of a shard's log behind a given one, in the order of LSNs, and decides
 * where the log ends.
 *
 * <p>The rule. The floor is the largest {@code ackedLsn} of any sound header or footer, or the record to begin behind.
 * Up to the floor everything was acknowledged: what cannot be read there is damage, told as such. Behind the floor the
 * first batch that is missing or unsound is where the log ends: nothing from there on was acknowledged. A block that the
 * disk refuses to read behind the floor is neither: opening fails, for what it held cannot be known.
 *
 * <p>After {@link #seal} the segments without a footer have one that ends at the cut, so a batch behind the cut cannot
 * become part of the log later.
 *
 * <p>Blocking; one thread.
 */
public final class LogScanner {
    /** So many segments, the newest ones, may have been sealed when power was lost, with a margin. */
    private static final int LAST_FOOTERS = 16;

    private final SegmentStore store;
    private final int shard;
    private final SegmentIndex index;
    private final PayloadCheck payloads;
    private final List<SegmentSummary> sealed = new ArrayList<>();
    private final List<Unsealed> unsealed = new ArrayList<>();
    private final List<FoundBatch> tail = new ArrayList<>();
    private final CopyAgreement agreement;
    private long mayBeTorn;
    private long floor;
    /** Up to here a batch says that all was durable, hence on every copy. */
    private long told;

    private long cut;
    private long discarded;

    /** A segment without a footer, and all sound headers in it. */
    private record Unsealed(SegmentHeader header, List<FoundBatch> batches) {}

    public LogScanner(SegmentStore store, int shard) {
        this.store = store;
        this.shard = shard;
        index = new SegmentIndex(store, Arena.ofAuto());
        payloads = new PayloadCheck(store);
        agreement = new CopyAgreement(store, index, payloads);
    }

    /**
     * Walks.
     *
     * @param applied the last record the map has
     * @throws StoreException when the disk failed a read that decides where the log ends
     */
    public ScanReport scan(long applied, ScanSink sink) throws StoreException {
        floor = applied;
        List<SegmentHeader> headers = store.segments().stream()
                .filter(header -> header.shard() == shard)
                .toList();
        EpochLimits limits = new EpochLimits(headers);
        mayBeTorn = headers.isEmpty()
                ? 0
                : headers.get(Math.max(0, headers.size() - LAST_FOOTERS)).id();
        lookIntoDamaged(applied, limits, headers);
        for (SegmentHeader header : headers) {
            collect(header, applied, limits);
        }
        tail.sort(Comparator.comparingLong(batch -> batch.header().firstLsn()));
        cut = applied;
        sink.sure(told);
        walk(sink);
        return new ScanReport(cut, floor, List.copyOf(sealed), unsealedSummaries(), discarded);
    }

    /**
     * Writes footers, cut where the walk ended, into the segments that have none, after all copies of these have the same
     * batches. Blocks until durable.
     *
     * <p>What the map has, and what a footer says that was written here, does not count for that: an earlier recovery, which
     * did not come to its end, may have taken a batch that one copy has only.
     */
    public void seal() throws StoreException {
        agreement.footers();
        // A footer says that all up to the cut was acknowledged, in other segments, too.
        for (Unsealed segment : unsealed) {
            agreement.batches(segment.batches(), told, cut);
        }
        for (Unsealed segment : unsealed) {
            ByteBuffer footer = footer(segment).build(cut);
            store.appendNow(segment.header().id(), store.segmentBytes() - footer.limit(), footer);
        }
    }

    /** Records in a segment whose header is lost would not be missed: nothing else need say that they were acknowledged. */
    private void lookIntoDamaged(long applied, EpochLimits limits, List<SegmentHeader> known) throws StoreException {
        for (int place = 0; place < store.damagedSlots(); place++) {
            BatchHeader last = index.lastOfDamaged(place);
            if (last == null) {
                continue;
            }
            if (known.stream().anyMatch(header -> header.id() == last.segment())) {
                agreement.otherCopyOf(place);
                continue;
            }
            boolean ofTheLog = last.shard() == shard && last.lastLsn() < limits.of(last.epoch());
            if (ofTheLog && last.lastLsn() > applied) {
                throw new StoreException(
                        StoreException.Kind.DAMAGED,
                        "the header of segment " + last.segment() + " is damaged, and it holds records up to "
                                + last.lastLsn() + " that the map does not have yet (it ends at " + applied
                                + "): opening without them would give older data; nothing was changed;"
                                + " restore the disk from a copy, or ask for help with it");
            }
        }
    }

    private void collect(SegmentHeader header, long applied, EpochLimits limits) throws StoreException {
        FooterFormat.Trailer trailer = index.trailer(header);
        List<FoundBatch> batches = null;
        if (trailer != null) {
            floor = Math.max(floor, trailer.ackedLsn());
            // A footer that was being written at the crash may have its trailer and not its index.
            boolean known = trailer.summary().lastLsn() <= applied && header.id() < mayBeTorn;
            batches = known ? List.of() : index.batches(header, trailer);
        }
        if (trailer != null && batches != null) {
            sealed.add(trailer.summary());
            if (limits.of(header.epoch()) == Long.MAX_VALUE) {
                agreement.sealed(header, trailer);
            }
        } else {
            SegmentIndex.Walk walk = index.walk(header, limits.of(header.epoch()));
            batches = walk.batches();
            if (walk.unreadableAt() >= 0 && limits.isLast(header)) {
                throw new StoreException(
                        StoreException.Kind.IO,
                        "the disk cannot read the end of the log (segment " + header.id() + ", offset "
                                + walk.unreadableAt()
                                + "), so what was acknowledged last cannot be known; nothing was changed:"
                                + " make the disk readable, or copy what is left of it to another one");
            }
            unsealed.add(new Unsealed(header, batches));
        }
        for (FoundBatch batch : batches) {
            told = Math.max(told, batch.header().ackedLsn());
            if (batch.header().lastLsn() > applied) {
                tail.add(batch);
            }
        }
        floor = Math.max(floor, told);
    }

    private void walk(ScanSink sink) throws StoreException {
        int next = 0;
        for (; next < tail.size(); next++) {
            FoundBatch batch = tail.get(next);
            long first = batch.header().firstLsn();
            if (batch.header().lastLsn() <= cut) {
                continue;
            }
            if (first > cut + 1) {
                if (cut + 1 > floor) {
                    break;
                }
                long lostEnd = Math.min(first - 1, floor);
                sink.lost(cut + 1, lostEnd);
                cut = lostEnd;
                if (first > cut + 1) {
                    break;
                }
            }
            if (!take(batch, sink)) {
                break;
            }
        }
        for (; next < tail.size(); next++) {
            discarded += tail.get(next).header().records();
        }
        if (cut < floor) {
            sink.lost(cut + 1, floor);
            cut = floor;
        }
    }

    private boolean take(FoundBatch batch, ScanSink sink) throws StoreException {
        List<RecordDescriptor> records = batch.records();
        boolean acknowledged = batch.header().lastLsn() <= floor;
        if (records == null) {
            if (acknowledged) {
                sink.lost(batch.header().firstLsn(), batch.header().lastLsn());
                cut = batch.header().lastLsn();
            }
            return acknowledged;
        }
        boolean sound = payloads.read(batch, records, acknowledged);
        if (!sound && !acknowledged) {
            return false;
        }
        payloads.tell(records, cut, sink);
        cut = batch.header().lastLsn();
        return true;
    }

    private List<SegmentSummary> unsealedSummaries() {
        return unsealed.stream().map(segment -> footer(segment).summary()).toList();
    }

    private FooterBuilder footer(Unsealed segment) {
        FooterBuilder footer = new FooterBuilder(segment.header(), new FooterBuffers());
        for (FoundBatch batch : segment.batches()) {
            List<RecordDescriptor> records = batch.header().lastLsn() <= cut ? batch.records() : null;
            if (records != null) {
                footer.add(batch.head(), batch.header(), batch.offset(), FoundBatch.dataBytes(records));
            }
        }
        return footer;
    }

    /**
     * All records of a segment, for cleaning and checking; from its footer, or by walking.
     *
     * @return null when the segment holds batches that say nothing sense-making of their records
     */
    public static @Nullable List<RecordDescriptor> records(SegmentStore store, SegmentHeader header)
            throws StoreException {
        // Asked for each segment that is cleaned: left to the collector, a MiB of each would stay for minutes. To end
        // memory that threads share would stop them all.
        try (Arena arena = Arena.ofConfined()) {
            return records(new SegmentIndex(store, arena), header);
        }
    }

    private static @Nullable List<RecordDescriptor> records(SegmentIndex index, SegmentHeader header)
            throws StoreException {
        FooterFormat.Trailer trailer = index.trailer(header);
        List<FoundBatch> batches = trailer == null ? null : index.batches(header, trailer);
        List<RecordDescriptor> all = new ArrayList<>();
        for (FoundBatch batch :
                batches == null ? index.walk(header, Long.MAX_VALUE).batches() : batches) {
            List<RecordDescriptor> records = batch.records();
            if (records == null) {
                return null;
            }
            all.addAll(records);
        }
        return all;
    }
}
