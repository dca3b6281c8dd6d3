package dev.sandstone.engine.cleaner;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cleaning costs once it is steady, in blocks written to the log for each block that is overwritten. */
class CleaningModelTest {
    private static final int SLOTS = 63;
    private static final int SEGMENT_BYTES = 16 << 20;

    /** Of {@link #SLOTS} some are not for data: so much of the pool is about 80 % of what is. */
    private static final int USUAL_PERCENT = 70;

    private static double steady(CleaningModel model, int hot, int rounds) {
        for (int round = 0; round < rounds; round++) {
            model.overwrite(hot);
        }
        double sum = 0;
        for (int round = 0; round < 4; round++) {
            sum += model.overwrite(hot);
        }
        return sum / 4;
    }

    @Test
    void uniformWrites() {
        CleaningModel model = new CleaningModel(SLOTS, SEGMENT_BYTES, USUAL_PERCENT);
        assertThat(steady(model, 50, 3)).isBetween(2.2, 2.95);
    }

    @Test
    void nearlyAllWritesToFewBlocks() {
        CleaningModel model = new CleaningModel(SLOTS, SEGMENT_BYTES, USUAL_PERCENT);
        assertThat(steady(model, 95, 8)).isBetween(1.2, 1.68);
    }

    @Test
    void changesOfWhatIsHot() {
        CleaningModel model = new CleaningModel(SLOTS, SEGMENT_BYTES, USUAL_PERCENT);
        steady(model, 95, 4);
        assertThat(steady(model, 50, 4)).isBetween(2.2, 2.95);
        assertThat(steady(model, 95, 8)).isBetween(1.2, 1.68);
    }

    /** The fuller the dearer, yet writes go on. */
    @ParameterizedTest
    @ValueSource(ints = {50, 95})
    void aPoolThatIsNearlyFull(int hot) {
        CleaningModel model = new CleaningModel(SLOTS, SEGMENT_BYTES, 82);
        assertThat(steady(model, hot, 2)).isLessThan(12);
    }
}
