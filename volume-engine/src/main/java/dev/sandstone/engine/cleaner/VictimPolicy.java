package dev.sandstone.engine.cleaner;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the segment that is best cleaned next.
 *
 * <p>Cost-benefit: of {@value #SAMPLE} random sealed segments, the one with the largest {@code (1 - u) * age / (1 + u)},
 * u being the live part: a young segment with some garbage will soon have more, an old one will not. When space is
 * short age does not count: the emptiest wins, of all segments.
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
     * @param urgent whether space is short
     * @return null when no segment has anything to give
     */
    public @Nullable Segment choose(List<Segment> sealed, Facts facts, boolean urgent) {
        Segment best = null;
        double bestScore = 0;
        boolean all = urgent || sealed.size() <= SAMPLE;
        int looks = all ? sealed.size() : SAMPLE;
        for (int i = 0; i < looks; i++) {
            Segment segment = sealed.get(all ? i : random.nextInt(sealed.size()));
            double score = score(segment, facts, urgent);
            if (score > bestScore) {
                best = segment;
                bestScore = score;
            }
        }
        return best;
    }

    private static double score(Segment segment, Facts facts, boolean urgent) {
        double used = Math.min(1.0, (double) facts.liveBytes(segment) / facts.segmentBytes());
        double benefit = 1 - used;
        if (benefit < facts.leastBenefit()) {
            return 0;
        }
        return urgent ? benefit : benefit * (facts.now() - segment.lastLsn() + 1) / (1 + used);
    }
}
