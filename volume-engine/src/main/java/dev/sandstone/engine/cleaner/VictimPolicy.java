package dev.sandstone.engine.cleaner;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the segment that is best cleaned next.
 *
 * <p>Cost-benefit: of {@value #SAMPLE} random sealed segments, the one with the largest {@code (1 - u) * age / (1 + u)},
 * u being the live part and age the records since it was sealed: a young segment with some garbage will soon have more, an
 * old one will not. A segment that cleaning has filled is young again, else it would be cleaned for its last few blocks. When
 * the pool is nearly full age does not count: there is no garbage to wait for, and the emptiest wins, of all segments.
 */
public final class VictimPolicy {
    /** How many segments are looked at. */
    static final int SAMPLE = 64;

    private final RandomGenerator random;

    public VictimPolicy(RandomGenerator random) {
        this.random = random;
    }

    /** What the policy wants to know of a segment. */
    public interface Facts {
        /** Payload that is needed, as far as known. */
        long liveBytes(Segment segment);

        /** What the segment occupies. */
        long segmentBytes();

        /** The part of a segment that must be garbage, else moving the rest is not worth the writes. */
        double leastBenefit();

        /** The newest LSN: age is counted in records, which no clock can disturb. */
        long now();
    }

    /**
     * @param sealed segments that may be chosen
     * @param needed whether there must be a victim if any segment is worth it: all are looked at where the sample has none
     * @param full whether the pool is nearly full
     * @return null when no segment that was looked at has anything to give
     */
    public @Nullable Segment choose(List<Segment> sealed, Facts facts, boolean needed, boolean full) {
        Segment best = null;
        if (!full && sealed.size() > SAMPLE) {
            for (int i = 0; i < SAMPLE; i++) {
                best = better(best, sealed.get(random.nextInt(sealed.size())), facts, false);
            }
        }
        if (full || sealed.size() <= SAMPLE || (needed && best == null)) {
            for (Segment segment : sealed) {
                best = better(best, segment, facts, full);
            }
        }
        return best;
    }

    private static @Nullable Segment better(@Nullable Segment best, Segment other, Facts facts, boolean full) {
        double least = best == null ? 0 : score(best, facts, full);
        return score(other, facts, full) > least ? other : best;
    }

    private static double score(Segment segment, Facts facts, boolean full) {
        double used = Math.min(1.0, (double) facts.liveBytes(segment) / facts.segmentBytes());
        double benefit = 1 - used;
        if (benefit < facts.leastBenefit()) {
            return 0;
        }
        return full ? benefit : benefit * (facts.now() - segment.lastLsn() + 1) / (1 + used);
    }
}
