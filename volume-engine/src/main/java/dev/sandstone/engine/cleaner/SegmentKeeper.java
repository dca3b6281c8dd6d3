package dev.sandstone.engine.cleaner;

import dev.sandstone.engine.log.LogConfig;
import dev.sandstone.engine.log.SegmentSource;
import dev.sandstone.engine.log.SegmentSummary;
import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.store.LogStream;
import dev.sandstone.engine.store.SegmentHeader;
import dev.sandstone.engine.store.SegmentStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes segments for the log and books what happens to them.
 *
 * <p>Confined to the shard's loop.
 */
public final class SegmentKeeper implements SegmentSource {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentKeeper.class);

    private final ShardLoop loop;
    private final SegmentStore store;
    private final SegmentTable table;
    private final LogConfig config;
    private Runnable changed = () -> {};

    public SegmentKeeper(ShardLoop loop, SegmentStore store, SegmentTable table, LogConfig config) {
        this.loop = loop;
        this.store = store;
        this.table = table;
        this.config = config;
    }

    /** The task is run whenever there is less room, or a segment more to choose from. */
    public void onChange(Runnable task) {
        changed = task;
    }

    @Override
    public void open(LogStream stream, long firstLsn, long previous, Opened done) {
        if (table.freeSlots() <= 0) {
            LOG.error("No free segment for the log although tickets promised one; the log stops");
            done.opened(null);
            return;
        }
        SegmentHeader header = new SegmentHeader(
                config.pool(),
                store.newId(),
                0,
                stream,
                config.shard(),
                config.epoch(),
                firstLsn,
                previous,
                loop.wallClockMicros(),
                0);
        table.opened(header.id(), stream);
        store.create(header, failure -> {
            if (failure != null) {
                LOG.error("A segment could not be created; the log stops", failure);
            }
            done.opened(failure == null ? header : null);
            changed.run();
        });
    }

    @Override
    public void appended(long segment, int payloadBytes, int logBytes, int roomBytes) {
        table.appended(segment, payloadBytes, roomBytes);
        table.traffic().wrote(table.stream(segment), payloadBytes, logBytes);
    }

    @Override
    public void left(long segment) {
        table.left(segment);
    }

    @Override
    public void sealed(SegmentSummary segment) {
        table.sealed(segment.segment(), segment.lastLsn());
        changed.run();
    }
}
