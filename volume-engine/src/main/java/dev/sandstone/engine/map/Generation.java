package dev.sandstone.engine.map;

/**
 * What happened to one lineage between two folds: single blocks and blank ranges, the newer of both counting.
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
    private final Blanks blanks = new Blanks();
    private final Moves moves = new Moves();
    private boolean moved;

    boolean isEmpty() {
        return versions.size() == 0 && blanks.size() == 0;
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
        return versions.size() + blanks.size();
    }

    Versions versions() {
        return versions;
    }

    Blanks blanks() {
        return blanks;
    }

    int resolve(long block) {
        int slot = versions.find(block);
        if (blanks.size() == 0) {
            return slot;
        }
        int blank = blanks.find(block);
        if (blank != Blanks.NONE && (slot == Versions.ABSENT || covers(blank, slot))) {
            return NOTHING - 1 - blank;
        }
        return slot;
    }

    /** Whether a blank range is newer than the entry of a block in it. */
    boolean covers(int blank, int slot) {
        return blanks.birth(blank) > (versions.birth(slot) & ~CONDITIONAL);
    }

    static boolean found(int handle) {
        return handle != NOTHING;
    }

    boolean conditional(int handle) {
        return handle >= 0 && versions.birth(handle) < 0;
    }

    long pointer(int handle) {
        return handle >= 0 ? versions.pointer(handle) : blanks.pointer(blank(handle));
    }

    /** The birth without its mark. */
    long birth(int handle) {
        return handle >= 0 ? versions.birth(handle) & ~CONDITIONAL : blanks.birth(blank(handle));
    }

    int checksum(int handle) {
        return handle >= 0 ? versions.checksum(handle) : 0;
    }

    private static int blank(int handle) {
        return NOTHING - 1 - handle;
    }

    void clear() {
        versions.clear();
        blanks.clear();
        moves.clear();
        moved = false;
    }
}
