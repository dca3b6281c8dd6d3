package dev.sandstone.engine.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random facts, folds, loads, evictions and crashes: the map always says what the log says.
 *
 * <p>{@code -Dsandstone.map.seeds=N} for more seeds than the gate's.
 */
class BlockMapModelTest {

    static LongStream seeds() {
        return LongStream.rangeClosed(0, Integer.getInteger("sandstone.map.seeds", 12));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void saysWhatTheLogSays(long seed) {
        MapWorld world = new MapWorld(seed);
        for (int round = 0; round < 6; round++) {
            for (int i = 0; i < 500; i++) {
                world.step();
            }
            if (round % 2 == 0) {
                world.crash();
            }
            if (round % 3 == 2) {
                world.audit();
                world.questions();
                world.audit();
            }
        }
        world.quiesce();
        world.compareAll();
        world.audit();
        world.crash();
        world.compareAll();
        assertThat(world.lookups()).isGreaterThan(300);
    }
}
