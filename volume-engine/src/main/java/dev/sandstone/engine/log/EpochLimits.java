package dev.sandstone.engine.log;

import dev.sandstone.engine.store.SegmentHeader;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where each epoch of a log ends: a segment of a later epoch says from which LSN on that one counts. So a batch that was
 * discarded when the epoch changed stays discarded, even when the footer that says so is damaged (I4).
 */
final class EpochLimits {
    /** Epoch to the smallest first LSN of its segments and of all later ones. */
    private final TreeMap<Integer, Long> firsts = new TreeMap<>();

    private final Set<Long> succeeded = new HashSet<>();

    EpochLimits(List<SegmentHeader> headers) {
        for (SegmentHeader header : headers) {
            firsts.merge(header.epoch(), header.firstLsn(), Math::min);
            succeeded.add(header.previous());
        }
        long least = Long.MAX_VALUE;
        for (Map.Entry<Integer, Long> entry : firsts.descendingMap().entrySet()) {
            least = Math.min(least, entry.getValue());
            entry.setValue(least);
        }
    }

    /** The first LSN that is not the epoch's. */
    long of(int epoch) {
        Map.Entry<Integer, Long> later = firsts.higherEntry(epoch);
        return later == null ? Long.MAX_VALUE : later.getValue();
    }

    /** Whether the log may have ended in this segment. */
    boolean isLast(SegmentHeader header) {
        return of(header.epoch()) == Long.MAX_VALUE && !succeeded.contains(header.id());
    }
}
