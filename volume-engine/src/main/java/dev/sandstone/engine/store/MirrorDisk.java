package dev.sandstone.engine.store;

import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A member of a mirror: what it is to it, and the disk itself when there is one.
 *
 * <p>Confined to the mirror's loop, but for what is final.
 */
final class MirrorDisk {
    /** What a disk is to its pool; the code is in the superblock. */
    enum State {
        /** Written to and read from. */
        ACTIVE(0),
        /** The same, but takes no new segments: those it has are being moved. */
        LEAVING(1),
        /** Has missed something: not used. */
        FAILED(2),
        /** Was not there at this opening, which has not changed anything yet. */
        MISSING(3),
        /** Is not written to any more, but has the only copy of some complete segments, which are read from it. */
        RETIRED(4);

        private static final State[] ALL = values();

        private final int code;

        State(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        /** What no version has written yet is not used. */
        static State of(int code) {
            return code >= 0 && code < ALL.length ? ALL[code] : FAILED;
        }
    }

    private final int number;
    private final UUID id;
    private final @Nullable Path path;
    private final @Nullable DiskStore store;
    private State state;
    private long lastGeneration;
    private boolean stale;
    private boolean nameless;
    private @Nullable String trouble;
    private long fullUntil = Long.MIN_VALUE;

    /**
     * @param number its place among the mirror's disks, for as long as that is open
     * @param store null when it was not found
     */
    MirrorDisk(int number, Superblock.Disk entry, @Nullable Path path, @Nullable DiskStore store) {
        this.number = number;
        this.id = entry.uuid();
        this.path = path;
        this.store = store;
        state = State.of(entry.state());
        lastGeneration = entry.lastGeneration();
    }

    int number() {
        return number;
    }

    int bit() {
        return 1 << number;
    }

    UUID id() {
        return id;
    }

    @Nullable
    Path path() {
        return path;
    }

    /** The disk; it must be one that is read. */
    DiskStore store() {
        DiskStore there = store;
        if (there == null) {
            throw new IllegalStateException(name() + " is not there");
        }
        return there;
    }

    boolean isThere() {
        return store != null;
    }

    State state() {
        return state;
    }

    /** @param why a sentence; null when nothing is wrong */
    void state(State next, @Nullable String why) {
        state = next;
        trouble = why;
    }

    /** Whether everything new is written to it. */
    boolean isWritten() {
        return state == State.ACTIVE || state == State.LEAVING;
    }

    /** Whether what it has is of the pool. */
    boolean isRead() {
        return store != null && (isWritten() || state == State.RETIRED);
    }

    boolean isStale() {
        return stale;
    }

    /** It is there, and has missed something. */
    void stale(String why) {
        stale = true;
        trouble = why;
    }

    /** It begins anew. */
    void admitted() {
        stale = false;
        state(State.ACTIVE, null);
    }

    long lastGeneration() {
        return lastGeneration;
    }

    /** Nothing later is written to it. */
    void ended(long generation) {
        lastGeneration = generation;
    }

    @Nullable
    String trouble() {
        return trouble;
    }

    void trouble(String why) {
        trouble = why;
    }

    /** Whether it would not be found again, and is used only because there is no other one. */
    boolean isNameless() {
        return nameless && isWritten();
    }

    /** @param why what has become of its file; null when it is where it was */
    void nameless(@Nullable String why) {
        nameless = why != null;
        trouble = why;
    }

    /** Its file system had no space; asked again later. */
    void full(long untilNanos) {
        fullUntil = untilNanos;
    }

    boolean isFull(long nowNanos) {
        return fullUntil != Long.MIN_VALUE && nowNanos - fullUntil < 0;
    }

    Superblock.Disk entry() {
        return new Superblock.Disk(id, state.code(), lastGeneration);
    }

    String name() {
        return path == null ? "disk " + id : "disk " + path;
    }
}
