package dev.sandstone.daemon.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests and answers about the disks of the pool. */
public final class Disks {
    private Disks() {}

    /**
     * @param path absolute: a folder, which gets an image file, or a block device or image file that holds no pool
     * @param sizeBytes of an image file to be made; absent: as large as the largest disk so far
     */
    public record Add(String path, @Nullable Long sizeBytes) {}

    /** @param sizeBytes new size of an image file; absent: what the file or device has now */
    public record Grow(@Nullable Long sizeBytes) {}

    /**
     * @param path null when it was not found
     * @param state one of {@code active leaving stale failed}
     * @param trouble why it is not used, or must not be relied on
     */
    public record View(
            String id,
            @Nullable String path,
            String state,
            long sizeBytes,
            long usedBytes,
            @Nullable String trouble) {}

    /** All disks, and how safe the data on them is. */
    public record Page(List<View> items, Redundancy redundancy, Rebuild rebuild, Moves moves) {}

    /**
     * @param copies wanted of each segment
     * @param segments in all
     * @param fewer with fewer copies than wanted but more than one
     * @param single with one copy where more are wanted
     * @param lost without any
     * @param whole whether the loss of any one disk would lose nothing
     */
    public record Redundancy(int copies, long segments, long fewer, long single, long lost, boolean whole) {}

    /**
     * @param done segments copied since it began
     * @param left segments to go
     * @param waits why nothing goes on; null while it does
     */
    public record Rebuild(long done, long left, @Nullable String waits) {}

    /**
     * Copies that move to a disk with more room than the others, so that the pool grows.
     *
     * @param done copies, since there was nothing to move last
     * @param left copies to go, about
     */
    public record Moves(long done, long left) {}

    /**
     * What is absent stays as it is.
     *
     * @param action {@code start} or {@code pause}
     * @param intervalS seconds from one beginning to the next, at least an hour; 0: only when told to
     */
    public record ScrubUpdate(
            @Nullable String action, @Nullable Long intervalS) {}

    /**
     * The walk that reads every copy and repairs it.
     *
     * @param state {@code idle}, {@code running} or {@code paused}
     * @param done segments seen in this walk, or in the last one
     * @param repairedBlocks blocks of 4 KiB repaired from another copy
     * @param damagedBlocks blocks of 4 KiB that no copy has any more
     * @param endedAt when the last one ended that saw everything, ISO 8601
     * @param nextAt when the next one begins by itself, ISO 8601
     */
    public record Scrub(
            String state,
            long done,
            long segments,
            long repairedBlocks,
            long damagedBlocks,
            @Nullable String endedAt,
            long intervalS,
            @Nullable String nextAt) {}
}
