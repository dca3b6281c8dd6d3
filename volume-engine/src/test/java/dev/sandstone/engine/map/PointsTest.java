package dev.sandstone.engine.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PointsTest {
    private static final int STEPS = 40_000;

    private final long seed = Long.getLong("sandstone.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void areThoseThatWereAddedAndDidNotGo() {
        Points points = Points.NONE;
        TreeSet<Long> model = new TreeSet<>();
        List<Points> versions = new ArrayList<>();
        List<List<Long>> expected = new ArrayList<>();
        long lsn = 0;
        for (int i = 0; i < STEPS; i++) {
            // Many come, then most of them go, the oldest first or any.
            int chance = random.nextInt(20);
            boolean growing = i / 8000 % 2 == 0;
            if (chance < (growing ? 12 : 2)) {
                lsn += 1 + random.nextInt(3);
                points = points.with(lsn);
                model.add(lsn);
            } else if (chance < (growing ? 14 : 3)) {
                long any = 1 + random.nextLong(lsn + 3);
                lsn = Math.max(lsn, any);
                points = points.with(any);
                model.add(any);
            } else if (chance < 17 && !model.isEmpty()) {
                Long some = model.ceiling(random.nextLong(lsn + 1));
                Long gone = random.nextBoolean() || some == null ? model.first() : some;
                points = points.without(gone);
                model.remove(gone);
            } else {
                points = points.without(lsn + 1);
            }
            compare(points, model, random.nextLong(lsn + 2));
            if (i % 1000 == 0) {
                versions.add(points);
                expected.add(List.copyOf(model));
            }
        }
        for (int i = 0; i < versions.size(); i++) {
            assertThat(all(versions.get(i))).as("seed %d", seed).isEqualTo(expected.get(i));
        }
    }

    /** Some go on from a version that others went on from already. */
    @Test
    void partWays() {
        for (int common : new int[] {0, 1, 3, 4, 511, 512, 513, 5000}) {
            Points points = Points.NONE;
            for (long lsn = 1; lsn <= common; lsn++) {
                points = points.with(lsn);
            }
            Points one = points.with(common + 1).with(common + 3);
            Points other = points.with(common + 2).with(common + 3);
            assertThat(one.contains(common + 1)).isTrue();
            assertThat(one.contains(common + 2)).isFalse();
            assertThat(other.contains(common + 1)).isFalse();
            assertThat(other.after(common)).isEqualTo(common + 2);
            assertThat(points.after(common)).isEqualTo(Points.NEVER);
            assertThat(points.last()).isEqualTo(common);
        }
    }

    private void compare(Points points, NavigableSet<Long> model, long lsn) {
        Long ceiling = model.ceiling(lsn);
        Long higher = model.higher(lsn);
        assertThat(points.contains(lsn)).as("seed %d", seed).isEqualTo(model.contains(lsn));
        assertThat(points.after(lsn)).isEqualTo(higher == null ? Points.NEVER : higher);
        Long lower = model.lower(lsn);
        assertThat(points.before(lsn)).isEqualTo(lower == null ? 0 : lower);
        assertThat(points.isEmpty()).isEqualTo(model.isEmpty());
        assertThat(points.last()).isEqualTo(model.isEmpty() ? 0 : model.last());
        long death = lsn + random.nextInt(4);
        assertThat(points.need(lsn, death)).isEqualTo(ceiling != null && ceiling < death);
    }

    private static List<Long> all(Points points) {
        List<Long> all = new ArrayList<>();
        for (long lsn = points.after(0); lsn != Points.NEVER; lsn = points.after(lsn)) {
            all.add(lsn);
        }
        return all;
    }
}
