package dev.sandstone.engine.volume;

import dev.sandstone.engine.cleaner.SegmentContents;
import dev.sandstone.engine.log.LogScanner;
import dev.sandstone.engine.log.RecordDescriptor;
import dev.sandstone.engine.store.SegmentHeader;
import dev.sandstone.engine.store.StoreException;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads footers on the readers' threads, because it blocks, and answers on the loop. */
final class FooterContents implements SegmentContents {
    private static final Logger LOG = LoggerFactory.getLogger(FooterContents.class);

    private final PoolParts parts;

    FooterContents(PoolParts parts) {
        this.parts = parts;
    }

    @Override
    public void read(long segment, Done done) {
        SegmentHeader header = header(segment);
        try {
            parts.readers().execute(() -> {
                List<RecordDescriptor> records = header == null ? null : records(header);
                parts.loop().execute(() -> done.contents(records));
            });
        } catch (RejectedExecutionException closing) {
            parts.loop().execute(() -> done.contents(null));
        }
    }

    private @Nullable SegmentHeader header(long segment) {
        for (SegmentHeader header : parts.store().segments()) {
            if (header.id() == segment) {
                return header;
            }
        }
        return null;
    }

    private @Nullable List<RecordDescriptor> records(SegmentHeader header) {
        try {
            return LogScanner.records(parts.store(), header);
        } catch (StoreException | RuntimeException e) {
            LOG.error("The footer of segment {} cannot be read", header.id(), e);
            return null;
        }
    }
}
