package dev.sandstone.engine.volume;

import dev.sandstone.engine.meta.MetadataBatch;
import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A metadata store whose flushes do nothing while the gate is closed: what is committed meanwhile, a crash takes back. */
final class FlushGate implements MetadataStore {
    private static final long PACE_MILLIS = 20;

    private final MetadataStore real;
    private volatile boolean open = true;

    FlushGate(MetadataStore real) {
        this.real = real;
    }

    void open(boolean on) {
        open = on;
    }

    @Override
    public void commit(MetadataBatch batch) {
        real.commit(batch);
    }

    @Override
    public long appliedLsn() {
        return real.appliedLsn();
    }

    @Override
    public void flush() {
        if (open) {
            real.flush();
            return;
        }
        try {
            // It will be asked for at once again.
            Thread.sleep(PACE_MILLIS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public long flushedLsn() {
        return real.flushedLsn();
    }

    @Override
    public @Nullable ByteBuffer get(Table table, ByteBuffer key) {
        return real.get(table, key);
    }

    @Override
    public MetadataCursor scan(Table table, ByteBuffer from, ByteBuffer to) {
        return real.scan(table, from, to);
    }

    @Override
    public long sizeBytes() {
        return real.sizeBytes();
    }

    @Override
    public long roomBytes() {
        return real.roomBytes();
    }

    @Override
    public void close() {
        real.close();
    }
}
