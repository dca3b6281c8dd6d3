package dev.sandstone.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.log.RecordType;
import dev.sandstone.engine.sim.Script.Step;
import dev.sandstone.engine.store.StoreException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * All sequences: of one step at every point, of two and three at some of each, which the seed chooses; see
 * {@link CrashPoints}. {@code -Dsandstone.sim.all=true} takes every point of two, the program of three.
 */
class CrashPointTest {
    private static final boolean ALL = Boolean.getBoolean("sandstone.sim.all");
    private static final long SEED = Long.getLong("sandstone.sim.first", 1);

    /** Besides its end, of each sequence. */
    private static final int POINTS = 1;

    /** One state in so many at least. */
    private static final int ONE_IN = 20;

    /** One by reference there, one back, and what was there from the beginning: those who show it follow. */
    @Test
    void cleaningMovesWhatIsShared() throws StoreException {
        Script script = new Script();
        List<Step> copied = List.of(Step.COPY_BY_REFERENCE);
        List<Step> cleaned = List.of(Step.COPY_BY_REFERENCE, Step.WRITE_4K, Step.CLEAN);
        assertThat(script.new Try().records(copied, RecordType.REFMAP)).isPositive();
        long before = script.new Try().records(copied, RecordType.RELOCREF);
        assertThat(script.new Try().records(cleaned, RecordType.RELOCREF)).isGreaterThan(before);
    }

    @Test
    void powerLostAnywhereLosesNothing() throws StoreException {
        CrashPoints points = new CrashPoints();
        Random random = new Random(SEED);
        points.all(1);
        if (ALL) {
            points.all(2);
        } else {
            points.some(2, POINTS, random);
        }
        points.some(3, POINTS, random);
        System.out.println("crash points: " + points.states() + " of " + points.all() + " states, seed " + SEED);
        assertThat(points.states() * ONE_IN).isGreaterThanOrEqualTo(points.all());
    }
}
