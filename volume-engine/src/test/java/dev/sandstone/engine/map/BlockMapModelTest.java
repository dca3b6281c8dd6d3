package dev.sandstone.engine.map;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random facts, folds, loads, evictions and crashes: the map always says what the log says. */
class BlockMapModelTest {

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
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
