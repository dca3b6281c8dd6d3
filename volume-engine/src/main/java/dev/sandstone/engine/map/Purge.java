package dev.sandstone.engine.map;

/**
 * The removal of what a point that is gone was the last to need, in steps. Its progress is the writer's.
 *
 * <p>A version is needed as long as some point of its lineage shows it, so this is right whatever points have gone or
 * come since; and to begin again after a crash is harmless.
 */
final class Purge {
    private final long lineage;
    private final long lsn;
    private final Points points;
    private final boolean ended;
    private long death;
    private long leaf;
    private long block;
    private boolean pastHistory;

    /**
     * @param lsn the point that is gone
     * @param points those that are not
     * @param ended whether the newest versions are needed by points only
     */
    Purge(long lineage, long lsn, Points points, boolean ended) {
        this.lineage = lineage;
        this.lsn = lsn;
        this.points = points;
        this.ended = ended;
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

    /** No version displaced behind this record was needed by the point and no later one. */
    long lastDeath() {
        return points.after(lsn);
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
