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

    private static final int ATTEMPTS = 3;

    private final PoolParts parts;

    FooterContents(PoolParts parts) {
        this.parts = parts;
    }

    @Override
    public void read(long segment, long payloadBytes, Done done) {
        SegmentHeader header = header(segment);
        try {
            parts.readers().execute(() -> {
                List<RecordDescriptor> records = header == null ? null : records(header, payloadBytes);
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

    /** A damaged footer makes the reader walk, and a walk may miss batches: only what names every block will do. */
    private @Nullable List<RecordDescriptor> records(SegmentHeader header, long payloadBytes) {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            try {
                List<RecordDescriptor> records = LogScanner.records(parts.store(), header);
                if (records != null && payloadOf(records) == payloadBytes) {
                    return records;
                }
                LOG.warn("Segment {} does not name all its records (attempt {})", header.id(), attempt);
            } catch (StoreException | RuntimeException e) {
                LOG.warn("The records of segment {} cannot be read (attempt {})", header.id(), attempt, e);
            }
        }
        return null;
    }

    private static long payloadOf(List<RecordDescriptor> records) {
        long sum = 0;
        for (RecordDescriptor record : records) {
            sum += record.type().carriesBlocks() ? record.payloadBytes() : 0;
        }
        return sum;
    }
}
