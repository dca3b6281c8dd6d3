package dev.sandstone.engine.sim;

import dev.sandstone.engine.meta.MetadataBatch;
import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import dev.sandstone.engine.store.StoreException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A planted bug: metadata that remembers how far it was folded although a crash took the folds back. */
public final class BoastfulMetadata implements MetadataStore {
    private final MetadataStore real;
    private final AtomicLong newest;

    BoastfulMetadata(MetadataStore real, AtomicLong newest) {
        this.real = real;
        this.newest = newest;
    }

    /** Runs the simulator on such metadata; null when it noticed nothing. */
    public static @Nullable String broken(long seed) {
        AtomicLong newest = new AtomicLong();
        try {
            Simulation simulation = new Simulation(seed);
            simulation.machine().metadataAs(store -> new BoastfulMetadata(store, newest));
            simulation.run();
            return null;
        } catch (StoreException | RuntimeException | Error e) {
            return Simulator.describe(seed, e);
        }
    }

    @Override
    public void commit(MetadataBatch batch) {
        real.commit(batch);
        newest.set(batch.lsn());
    }

    @Override
    public long appliedLsn() {
        return Math.max(newest.get(), real.appliedLsn());
    }

    @Override
    public void flush() {
        real.flush();
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
