package dev.sandstone.engine.map;

/**
 * The removal of what a point that is gone was the last to need, in steps. Its progress is the writer's.
 *
 * <p>A version is needed as long as some point of its lineage shows it. A point that came after the removal began shows
 * none that was displaced before, and only such are looked at; so this is right whatever points have gone or come since,
 * and to begin again after a crash is harmless.
 */
final class Purge {
    private final long lineage;
    private final long lsn;
    private final Points points;
    private final boolean ended;
    private final long lastDeath;
    private long death;
    private long leaf;
    private long block;
    private boolean pastHistory;

    /**
     * @param gone the point that is gone
     * @param points those that are not
     * @param ended whether the newest versions are needed by points only
     * @param now the newest record
     */
    Purge(Overlay.Gone gone, Points points, boolean ended, long now) {
        lineage = gone.lineage();
        lsn = gone.lsn();
        this.points = points;
        this.ended = ended;
        lastDeath = Math.min(now, points.after(lsn));
        death = lsn + 1;
    }

    long lineage() {
        return lineage;
    }

    long lsn() {
        return lsn;
    }

    Points points() {
        return points;
    }

    /** Whether newest versions, too, were needed by the point last. */
    boolean reachesHead() {
        return ended && points.after(lsn) == Points.NEVER;
    }

    /** Versions displaced by later records are not looked at. */
    long lastDeath() {
        return lastDeath;
    }

    long death() {
        return death;
    }

    long leaf() {
        return leaf;
    }

    /** Where to go on in the time index. */
    void goOn(long atDeath, long atLeaf) {
        death = atDeath;
        leaf = atLeaf;
    }

    boolean pastHistory() {
        return pastHistory;
    }

    void historyDone() {
        pastHistory = true;
    }

    long block() {
        return block;
    }

    void goOnInHead(long atBlock) {
        block = atBlock;
    }
}
