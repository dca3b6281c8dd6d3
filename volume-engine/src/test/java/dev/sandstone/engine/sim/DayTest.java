package dev.sandstone.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.meta.Table;
import dev.sandstone.engine.store.StoreException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Some minutes of {@link Day}, with hours of two minutes each. */
class DayTest {
    private static final int HOURS = 12;
    /** From here on as many snapshots come as go. */
    private static final int STEADY = 7;

    private final long seed = Long.getLong("sandstone.seed", System.nanoTime());

    @Test
    void whatIsKeptDoesNotGrow() throws StoreException {
        Day day = new Day(seed, Day.Shape.SMALL, 12);
        List<Day.Hour> hours = day.run(HOURS);
        System.out.println("day: seed " + seed + ": " + day);
        List<Day.Hour> steady = hours.subList(STEADY, HOURS);
        assertThat(steady).allSatisfy(hour -> {
            assertThat(hour.part(hour.usage().liveBytes())).as("seed %d", seed).isBetween(0.5, 0.95);
            // A quarter of so small segments is what describes the data.
            assertThat(hour.segments()).isBetween(40, 64);
            assertThat(hour.snapshots()).isLessThanOrEqualTo(12);
            assertThat(hour.rows().get(Table.SNAPSHOT)).isEqualTo(hour.snapshots());
            assertThat(hour.rows().get(Table.PURGE)).isZero();
            assertThat(hour.rows().get(Table.MARK)).isLessThanOrEqualTo(25);
            assertThat(hour.rows().get(Table.LINEAGE)).isEqualTo(2);
        });
        for (Table table : List.of(Table.HEAD, Table.HIST, Table.DEAD, Table.REFS)) {
            int first = most(steady.subList(0, 2), table);
            int last = most(steady.subList(3, steady.size()), table);
            assertThat(last).as("seed %d: rows of %s", seed, table).isLessThan(2 * first + 100);
        }
    }

    private static int most(List<Day.Hour> hours, Table table) {
        return hours.stream().mapToInt(hour -> hour.rows().get(table)).max().orElse(0);
    }
}
