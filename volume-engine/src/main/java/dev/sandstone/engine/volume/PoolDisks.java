package dev.sandstone.engine.volume;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/**
 * The disks of a pool: which there are, how many copies of the data they hold, and what is done to keep it so.
 *
 * <p>With two disks or more each segment of the log lies on {@link Redundancy#copies} distinct ones. A disk that fails a
 * write is not written to again until it was taken back; what it held is copied from the others onto the free space of
 * all, by itself. Nothing here stops the volumes.
 *
 * <p>Any thread may call. Stages complete on the shard's loop, exceptionally with {@link EngineException} whose message
 * says what, why and what helps; what a completed stage reports is durable. Work that takes long goes on in the
 * background, survives a restart, and shows in {@link #status}. A pool in memory has one disk; every change of it fails
 * with NOT_FOUND.
 */
public interface PoolDisks {

    /** What a disk is to the pool. */
    enum DiskState {
        /** Takes part. */
        ACTIVE,
        /** Its segments are being moved to the others; it leaves the pool when none is left. */
        LEAVING,
        /** Back after the pool has gone on without it: nothing is read from it; it is taken back as an empty one. */
        STALE,
        /** Failed a write, a flush, lost its file, or was not there when the pool was opened: not used. */
        FAILED
    }

    /**
     * A disk as it is now.
     *
     * @param id which disk, for its life
     * @param path where it was found; absent when it was not
     * @param bytes its size; 0 when it was not found
     * @param usedBytes in segments
     * @param trouble why it is not used, or must not be relied on, a sentence for a person
     */
    record Disk(UUID id, Optional<Path> path, DiskState state, long bytes, long usedBytes, Optional<String> trouble) {}

    /**
     * A disk to be.
     *
     * @param path folder, which gets an image, made when it does not exist; image file or block device that exists and
     *     holds no pool
     * @param bytes size of the image to be made; 0: as large as the largest disk so far. No meaning for what exists
     */
    record NewDisk(Path path, long bytes) {}

    /**
     * On how many disks segments are.
     *
     * @param copies wanted: 2 or 3, not more than there are disks in use
     * @param segments in all
     * @param fewer segments with fewer copies than wanted, but more than one
     * @param single segments with one copy that is certain, or none that is, where more are wanted
     * @param lost segments without any: reads of them end with MEDIUM_ERROR
     */
    record Redundancy(int copies, long segments, long fewer, long single, long lost) {
        /** Whether the loss of any one disk would lose nothing. */
        public boolean isWhole() {
            return copies > 1 && fewer == 0 && single == 0 && lost == 0;
        }
    }

    /**
     * What is being copied, for redundancy or off a disk that leaves.
     *
     * @param done segments since it began
     * @param left segments to go; 0: nothing to do
     * @param waits why nothing goes on, a sentence for a person; absent while it does
     */
    record Rebuild(long done, long left, Optional<String> waits) {}

    /**
     * Copies that move to disks whose free room has no partner, so that more segments fit.
     *
     * @param done copies, since there was nothing to move last
     * @param left copies to go, about; 0: nothing to do
     */
    record Moves(long done, long left) {}

    /** What the scrub is about. */
    enum ScrubState {
        /** Waits for its time. */
        IDLE,
        RUNNING,
        /** Stopped by a person in the middle. */
        PAUSED
    }

    /**
     * The walk that reads every copy of everything, compares it with its checksums and repairs it from another copy.
     *
     * @param done segments seen in this walk, or in the last one
     * @param segments in this walk, or in the last one
     * @param repaired blocks of 4 KiB, in the same walk
     * @param damaged blocks of 4 KiB that no copy has any more, in the same walk
     * @param ended when the last one ended that saw everything
     * @param interval from one beginning to the next; zero: only when told to
     * @param next when the next one begins by itself
     */
    record Scrub(
            ScrubState state,
            long done,
            long segments,
            long repaired,
            long damaged,
            Optional<Instant> ended,
            Duration interval,
            Optional<Instant> next) {}

    /** Everything about the disks at one moment; they are in the order in which they came to the pool. */
    record Status(List<Disk> disks, Redundancy redundancy, Rebuild rebuild, Moves moves, Scrub scrub) {}

    CompletionStage<Status> status();

    /**
     * What has gone through the files of the disks since the pool was opened, whether or not the page cache had it.
     *
     * @param readBytes asked for by reads
     * @param writtenBytes handed over by writes
     */
    record Traffic(long readBytes, long writtenBytes) {}

    /** Answers at once. A pool in memory has no files: nothing. */
    Traffic traffic();

    /**
     * Takes a disk in; its room is there at once, segments that lack a copy get one in the background. A disk of this pool
     * that has failed and is there again is emptied and taken back. EXISTS: there is another pool on it, or it takes part
     * already. SPACE_EXHAUSTED: it is too small, or its file system is full.
     */
    CompletionStage<Disk> add(NewDisk disk);

    /**
     * Takes a disk out. It is LEAVING when the stage completes and gone from the list when its segments are elsewhere; a
     * disk that has failed is forgotten at once. NOT_FOUND: no such disk. SPACE_EXHAUSTED: the others have no room for
     * its segments, or it has the only copy of some and cannot be read. Taking the last disk fails so too.
     */
    CompletionStage<Void> remove(UUID disk);

    /** {@link #add} and then {@link #remove}; when the second is refused, the new disk stays. Answers the new one, which may be the old one taken back. */
    CompletionStage<Disk> replace(UUID disk, NewDisk by);

    /**
     * Takes room that was added to a disk, or adds it.
     *
     * @param bytes new size of an image file; 0: what the file or device has now. SPACE_EXHAUSTED when its file system is
     *     full, OUT_OF_RANGE when that is less than before
     */
    CompletionStage<Disk> grow(UUID disk, long bytes);

    /** Begins a walk, or goes on with the one that was paused; no effect while one runs. */
    CompletionStage<Void> startScrub();

    /** No effect when none runs. */
    CompletionStage<Void> pauseScrub();

    /** How often it begins by itself, at least an hour; zero: never. At first every 14 days. */
    CompletionStage<Void> scheduleScrub(Duration interval);
}
