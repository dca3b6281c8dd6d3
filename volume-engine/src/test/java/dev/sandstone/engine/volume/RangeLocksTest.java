package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RangeLocksTest {
    private final RangeLocks locks = new RangeLocks();
    private final List<Integer> granted = new ArrayList<>();

    private class Holder extends RangeLocks.Request {
        private final int name;
        private final long first;
        private final long last;
        private final boolean exclusive;
        private boolean holds;

        Holder(int name, long first, long last, boolean exclusive) {
            this.name = name;
            this.first = first;
            this.last = last;
            this.exclusive = exclusive;
        }

        Holder ask() {
            locks.acquire(this, first, last, exclusive);
            return this;
        }

        @Override
        void granted() {
            holds = true;
            granted.add(name);
        }

        void end() {
            holds = false;
            locks.release(this);
        }

        boolean conflicts(Holder other) {
            return (exclusive || other.exclusive) && first <= other.last && other.first <= last;
        }
    }

    @Test
    void exclusiveKeepsOthersOutAndSharedDoNotExcludeEachOther() {
        Holder a = new Holder(1, 0, 9, true).ask();
        new Holder(2, 9, 9, true).ask();
        Holder c = new Holder(3, 0, 0, false).ask();
        Holder d = new Holder(4, 0, 0, false).ask();
        new Holder(5, 10, 20, true).ask();
        assertThat(granted).containsExactly(1, 5);
        a.end();
        assertThat(granted).containsExactly(1, 5, 2, 3, 4);
        c.end();
        d.end();
        assertThat(locks.idle()).isFalse();
    }

    @Test
    void nobodyOvertakesAConflictingRequestThatWaits() {
        Holder small = new Holder(1, 5, 5, true).ask();
        Holder whole = new Holder(2, 0, 100, true).ask();
        Holder free = new Holder(3, 50, 50, false).ask();
        assertThat(granted)
                .as("50 is free, but the whole range was asked for first")
                .containsExactly(1);
        small.end();
        assertThat(granted).containsExactly(1, 2);
        whole.end();
        free.end();
        assertThat(granted).containsExactly(1, 2, 3);
        assertThat(locks.idle()).isTrue();
    }

    @Test
    void aLongQueueOfRequestsThatEndAtOnceDoesNotNest() {
        Holder first = new Holder(0, 0, 0, true).ask();
        for (int i = 1; i <= 100_000; i++) {
            new Holder(i, 0, 0, true) {
                @Override
                void granted() {
                    super.granted();
                    end();
                }
            }.ask();
        }
        first.end();
        assertThat(granted).hasSize(100_001).isSorted();
        assertThat(locks.idle()).isTrue();
    }

    @Test
    void randomHistoriesNeverGrantAConflictAndAlwaysEnd() {
        long seed = Long.getLong("sandstone.seed", 42);
        Random random = new Random(seed);
        List<Holder> all = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            if (random.nextInt(2) == 0) {
                long first = random.nextInt(40);
                all.add(new Holder(step, first, first + random.nextInt(8), random.nextInt(3) == 0).ask());
            } else {
                List<Holder> held = all.stream().filter(h -> h.holds).toList();
                if (!held.isEmpty()) {
                    Holder end = held.get(random.nextInt(held.size()));
                    all.remove(end);
                    end.end();
                }
            }
            for (Holder a : all) {
                for (Holder b : all) {
                    assertThat(a.name != b.name && a.holds && b.holds && a.conflicts(b))
                            .as("seed %d step %d: %d and %d hold conflicting ranges", seed, step, a.name, b.name)
                            .isFalse();
                }
            }
            Holder oldest = all.stream().filter(h -> !h.holds).findFirst().orElse(null);
            if (oldest != null) {
                assertThat(all)
                        .as("seed %d step %d: the oldest waiting request waits for a holder", seed, step)
                        .anyMatch(other -> other.holds && other.conflicts(oldest));
            }
            if (all.size() > 60) {
                all.stream().filter(h -> h.holds).toList().forEach(h -> {
                    all.remove(h);
                    h.end();
                });
            }
        }
        while (!all.isEmpty()) {
            Holder end = all.stream().filter(h -> h.holds).findFirst().orElseThrow();
            all.remove(end);
            end.end();
        }
        assertThat(locks.idle()).isTrue();
    }
}
