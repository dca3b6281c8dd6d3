package dev.sandstone.engine.meta;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A metadata store for simulations: a crash takes it back to the state after any commit since the last completed flush,
 * which is all that the contract promises, and the seed says to which.
 */
public final class ModelMetadataStore implements MetadataStore {
    private final HeapMetadataStore flushedState = new HeapMetadataStore();
    private final HeapMetadataStore state = new HeapMetadataStore();
    private final List<MetadataBatch> unflushed = new ArrayList<>();
    private long flushedLsn;
    private long failAfter = Long.MAX_VALUE;
    private @Nullable MetadataException failure;
    private long room = Long.MAX_VALUE;
    private boolean lazy;

    /** From now on this many commits and flushes succeed, then every one fails. */
    public void failAfter(long steps) {
        failAfter = steps;
    }

    /** What {@link #roomBytes()} answers from now on. */
    public void room(long bytes) {
        room = bytes;
    }

    /** While on, flushes do nothing: a crash may take back all that is committed meanwhile. */
    public void lazy(boolean on) {
        lazy = on;
    }

    /** Commits that a crash may take back. */
    public int unflushed() {
        return unflushed.size();
    }

    /** The store as a crash leaves it; this one must not be used any more. */
    public ModelMetadataStore crash(Random seeded) {
        return crash(seeded.nextInt(unflushed.size() + 1));
    }

    /** The store after a crash that kept so many of the commits since the last flush. */
    public ModelMetadataStore crash(int kept) {
        ModelMetadataStore next = new ModelMetadataStore();
        copy(flushedState, next.flushedState);
        for (MetadataBatch batch : unflushed.subList(0, kept)) {
            next.flushedState.commit(batch);
        }
        copy(next.flushedState, next.state);
        next.flushedLsn = next.state.appliedLsn();
        state.close();
        return next;
    }

    private static void copy(HeapMetadataStore from, HeapMetadataStore to) {
        MetadataBatch all = new MetadataBatch();
        for (Table table : Table.values()) {
            try (MetadataCursor at = from.scan(table, ByteBuffer.allocate(0), highest())) {
                for (; at.valid(); at.next()) {
                    all.put(table, at.key(), at.value());
                }
            }
        }
        all.lsn(from.appliedLsn());
        to.commit(all);
    }

    private static ByteBuffer highest() {
        return ByteBuffer.allocate(64)
                .putLong(0, -1)
                .putLong(8, -1)
                .putLong(16, -1)
                .putLong(24, -1);
    }

    @Override
    public void commit(MetadataBatch batch) {
        step();
        state.commit(batch);
        MetadataBatch copy = new MetadataBatch();
        copy.lsn(batch.lsn());
        batch.forEach(new MetadataBatch.Visitor() {
            @Override
            public void put(Table table, ByteBuffer key, ByteBuffer value) {
                copy.put(table, key, value);
            }

            @Override
            public void delete(Table table, ByteBuffer key) {
                copy.delete(table, key);
            }
        });
        unflushed.add(copy);
    }

    @Override
    public long appliedLsn() {
        return state.appliedLsn();
    }

    @Override
    public void flush() {
        step();
        if (lazy) {
            return;
        }
        unflushed.forEach(flushedState::commit);
        unflushed.clear();
        flushedLsn = state.appliedLsn();
    }

    private void step() {
        if (failure != null || failAfter-- <= 0) {
            failure = new MetadataException("the model was told to fail");
            throw failure;
        }
    }

    @Override
    public long flushedLsn() {
        return flushedLsn;
    }

    @Override
    public @Nullable ByteBuffer get(Table table, ByteBuffer key) {
        return state.get(table, key);
    }

    @Override
    public MetadataCursor scan(Table table, ByteBuffer from, ByteBuffer to) {
        return state.scan(table, from, to);
    }

    @Override
    public long sizeBytes() {
        return state.sizeBytes();
    }

    @Override
    public long roomBytes() {
        return room;
    }

    @Override
    public void close() {
        if (failure == null && !unflushed.isEmpty()) {
            flush();
        }
        state.close();
    }
}
