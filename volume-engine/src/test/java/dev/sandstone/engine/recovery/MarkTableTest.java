package dev.sandstone.engine.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MarkTableTest {
    private static final UUID VOLUME = new UUID(1, 1);
    private static final int STEPS = 5000;

    private final long seed = Long.getLong("sandstone.seed", System.nanoTime());
    private final Random random = new Random(seed);

    /** The wall clock goes on, stands still and jumps. */
    @Test
    void findsTheNewestUpToATime() {
        MarkTable table = new MarkTable();
        TreeMap<Long, MarkRow> model = new TreeMap<>();
        long clock = 1000;
        for (long lsn = 1; lsn <= STEPS; lsn++) {
            clock = Math.max(1, clock + (random.nextInt(20) == 0 ? random.nextInt(200) - 100 : random.nextInt(3)));
            MarkRow row = new MarkRow(1, lsn, clock, VOLUME, 8);
            if (random.nextInt(3) > 0) {
                table.put(row);
                model.put(lsn, row);
            }
            if (random.nextInt(8) == 0) {
                List<MarkRow> expired = table.expired(VOLUME, clock - 50);
                expired.forEach(table::remove);
                expired.forEach(gone -> model.remove(gone.lsn()));
            } else if (random.nextInt(100) == 0 && !model.isEmpty()) {
                MarkRow any =
                        model.ceilingEntry(random.nextLong(model.lastKey()) + 1).getValue();
                table.remove(any);
                model.remove(any.lsn());
            }
            long asked = clock + random.nextInt(120) - 60;
            MarkRow expected = null;
            for (MarkRow one : model.values()) {
                expected = one.micros() <= asked ? one : expected;
            }
            assertThat(table.at(VOLUME, asked)).as("seed %d", seed).isEqualTo(expected);
            assertThat(table.last(VOLUME))
                    .isEqualTo(model.isEmpty() ? null : model.lastEntry().getValue());
            assertThat(table.first(VOLUME))
                    .isEqualTo(model.isEmpty() ? null : model.firstEntry().getValue());
            assertThat(table.of(VOLUME)).isEqualTo(List.copyOf(model.values()));
        }
    }
}
