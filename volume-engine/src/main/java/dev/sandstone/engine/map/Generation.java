package dev.sandstone.engine.map;

/**
 * What happened to one lineage between two folds: to single blocks and to ranges, the newer of both counting.
 *
 * <p>{@link #resolve} answers a handle; the other methods tell what it stands for. A handle is valid until the next
 * change.
 *
 * <p>The birth of an entry may carry the mark {@link #CONDITIONAL}: a relocation of a version that is older than the
 * overlay, so it counts only if what lies below has that birth.
 */
final class Generation {
    /** One in which nothing happened, for everybody; never changed. */
    static final Generation EMPTY = new Generation();

    /** Answer of {@link #resolve} for a block that this generation says nothing about. */
    static final int NOTHING = -1;

    /** Mark in a birth, see the class. */
    static final long CONDITIONAL = Long.MIN_VALUE;

    private final Versions versions = new Versions();
    private final Spans spans = new Spans();
    private final Moves moves = new Moves();
    private boolean moved;

    boolean isEmpty() {
        return versions.size() == 0 && spans.size() == 0;
    }

    /** Relocations of versions that were born before this generation, for a lineage that keeps history. */
    Moves moves() {
        return moves;
    }

    /** A relocation is among its facts. */
    void move() {
        moved = true;
    }

    /** Whether there was any relocation. */
    boolean moved() {
        return moved;
    }

    /** Entries it holds, for accounting memory. */
    int entries() {
        return versions.size() + spans.size();
    }

    Versions versions() {
        return versions;
    }

    Spans spans() {
        return spans;
    }

    int resolve(long block) {
        int slot = versions.find(block);
        if (spans.size() == 0) {
            return slot;
        }
        int span = spans.find(block);
        if (span != Spans.NONE && (slot == Versions.ABSENT || covers(span, slot))) {
            return NOTHING - 1 - span;
        }
        return slot;
    }

    /** Whether a range is newer than the entry of a block in it. */
    boolean covers(int span, int slot) {
        return spans.birth(span) > (versions.birth(slot) & ~CONDITIONAL);
    }

    static boolean found(int handle) {
        return handle != NOTHING;
    }

    boolean conditional(int handle) {
        return handle >= 0 && versions.birth(handle) < 0;
    }

    /** @param block the one that the handle is of */
    long pointer(int handle, long block) {
        return handle >= 0 ? versions.pointer(handle) : spans.pointer(span(handle), block);
    }

    /** The birth without its mark. */
    long birth(int handle) {
        return handle >= 0 ? versions.birth(handle) & ~CONDITIONAL : spans.birth(span(handle));
    }

    /** @param block the one that the handle is of */
    int checksum(int handle, long block) {
        return handle >= 0 ? versions.checksum(handle) : spans.checksum(span(handle), block);
    }

    private static int span(int handle) {
        return NOTHING - 1 - handle;
    }

    void clear() {
        versions.clear();
        spans.clear();
        moves.clear();
        moved = false;
    }
}
