package dev.sandstone.daemon.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessAgeTest {
    @Test
    void isTheUptimeLessTheStart() {
        String stat = "4711 (a) b (c) S 1 4711 4711 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 3580915 5677056 1006";
        assertThat(ProcessAge.millis(stat, "35810.38 22249.60\n")).isEqualTo(1230);
    }

    @Test
    void ofThisProcessIsTold() {
        assertThat(ProcessAge.millis()).isBetween(0L, 3_600_000L);
    }
}
