package dev.sandstone.engine.volume;

import dev.sandstone.engine.log.LogScanner;
import dev.sandstone.engine.log.RecordDescriptor;
import dev.sandstone.engine.map.Reclaim;
import dev.sandstone.engine.store.SegmentHeader;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is in the segments whose blocks others show, as it is read from the disk: on any thread, for one question. */
final class SharedRecords implements Reclaim.Records {
    private static final Logger LOG = LoggerFactory.getLogger(SharedRecords.class);

    private final SegmentStore store;
    private final Map<Long, SegmentHeader> headers = new HashMap<>();

    /** Those there are now. On the loop. */
    SharedRecords(Shard shard) {
        store = shard.store();
        if (shard.map().lends()) {
            for (SegmentHeader header : store.segments()) {
                if (shard.shared().holds(header.id())) {
                    headers.put(header.id(), header);
                }
            }
        }
    }

    @Override
    public @Nullable List<RecordDescriptor> of(long segment) {
        SegmentHeader header = headers.get(segment);
        try {
            return header == null ? null : LogScanner.records(store, header);
        } catch (StoreException | RuntimeException e) {
            // It may have been given back meanwhile.
            LOG.debug("The records of segment {} cannot be read", segment, e);
            return null;
        }
    }
}
