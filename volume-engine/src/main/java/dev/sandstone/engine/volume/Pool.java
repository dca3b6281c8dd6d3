package dev.sandstone.engine.volume;

import dev.sandstone.engine.cache.CacheFigures;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The disks of an array and the volumes on them.
 *
 * <p>Stages complete on a shard loop, exceptionally with {@link EngineException}. Any thread may call. What a completed
 * stage reports is durable.
 */
public interface Pool extends AutoCloseable {

    /** The volumes that exist, in order of creation. */
    List<Volume> volumes();

    Optional<Volume> volume(VolumeId id);

    /** Fails with EXISTS when the id is taken. */
    CompletionStage<Volume> create(VolumeSpec spec);

    /** Gives all space of the volume back. Operations under way end with NOT_FOUND or as they would have. */
    CompletionStage<Void> destroy(VolumeId id);

    /**
     * Grows the volume, or shrinks it, dropping the data beyond.
     *
     * @param blocks as in {@link VolumeSpec}
     */
    CompletionStage<Void> resize(VolumeId id, long blocks);

    CompletionStage<Void> setWritePolicy(VolumeId id, WritePolicy policy);

    CompletionStage<VolumeUsage> usage(VolumeId id);

    CompletionStage<PoolUsage> usage();

    /** What was written so far. */
    PoolTraffic traffic();

    /** The volumes in time: snapshots, clones, rewind. */
    Timeline timeline();

    /** What reads of contents found in memory; any thread. */
    CacheFigures readCache();

    /** The disks, and how many copies of everything they hold. */
    PoolDisks disks();

    /** {@link #check(CheckProgress)} that nobody follows. */
    default CompletionStage<List<String>> check() {
        return check((done, segments) -> {});
    }

    /**
     * Verifies every invariant while the pool works; an empty list means sound. Each line names what and where. All data
     * is read: it takes as long as the disks need for that.
     */
    CompletionStage<List<String>> check(CheckProgress progress);

    /**
     * Completes what is under way, makes everything durable and releases disks and memory. Blocks; not to be called on
     * a loop. Operations started later end with CLOSED.
     */
    @Override
    void close();
}
