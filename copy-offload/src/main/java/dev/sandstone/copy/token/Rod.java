package dev.sandstone.copy.token;

import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.volume.BlockRange;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A representation of data and its token. What changes in it is guarded by {@link RodTokens}. */
final class Rod {
    /** How a token has ended. */
    enum End {
        EXPIRED,
        CANCELLED,
        DELETED
    }

    private final RodToken token;
    private final String initiator;
    private final String naa;
    private final List<BlockRange> ranges;
    private final ShardLoop loop;
    private final long idleNanos;
    private final long born;
    private PointInTimes.@Nullable Kept kept;
    private long used;
    private int users;
    private @Nullable End end;

    /** Its time is told by the clock of the unit that it is made of. */
    Rod(Claim claim, RodToken token, PointInTimes.Kept kept) {
        this.token = token;
        this.kept = kept;
        this.initiator = claim.initiator();
        this.naa = claim.unit().attributes().naa();
        this.ranges = claim.ranges();
        this.loop = claim.unit().volume().loop();
        this.idleNanos = claim.idleNanos();
        this.born = loop.nanoTime();
        this.used = born;
    }

    RodToken token() {
        return token;
    }

    /** Name of the initiator that may use it. */
    String initiator() {
        return initiator;
    }

    /** NAA designator of the unit that it was made of. */
    String naa() {
        return naa;
    }

    List<BlockRange> ranges() {
        return ranges;
    }

    long blocks() {
        return ranges.stream().mapToLong(BlockRange::blocks).sum();
    }

    ShardLoop loop() {
        return loop;
    }

    /** How it ended; null while it is valid. */
    @Nullable
    End end() {
        return end;
    }

    /** A copy begins that reads what this returns; it is valid. */
    PointInTimes.Kept begin() {
        users++;
        return Objects.requireNonNull(kept);
    }

    /** A copy has ended that read it. */
    void done() {
        users--;
        used = loop.nanoTime();
    }

    boolean isIdle() {
        return users == 0;
    }

    long used() {
        return used;
    }

    /** Nanoseconds until it expires if nobody uses it; zero or less: now. */
    long left() {
        long now = loop.nanoTime();
        long ofLife = born + TokenLimits.LIFETIME_NANOS - now;
        return isIdle() ? Math.min(ofLife, used + idleNanos - now) : Math.max(idleNanos, ofLife);
    }

    /** It ends: no other copy begins. */
    void end(End how) {
        end = how;
    }

    /** What it keeps, for the caller to let go, once it has ended and nobody reads it; else null. */
    PointInTimes.@Nullable Kept takeUnneeded() {
        if (end == null || users > 0) {
            return null;
        }
        PointInTimes.Kept had = kept;
        kept = null;
        return had;
    }
}
