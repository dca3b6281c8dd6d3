package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PendingBlocksTest {
    private record Write(long lsn, long first, int count) {}

    private record Place(long lsn, int place) {}

    @Test
    void agreesWithAMapUnderRandomWritesSettledInOrder() {
        long seed = Long.getLong("sandstone.seed", 7);
        Random random = new Random(seed);
        PendingBlocks pending = new PendingBlocks();
        Map<Long, Place> model = new HashMap<>();
        ArrayDeque<Write> open = new ArrayDeque<>();
        long lsn = 0;
        for (int step = 0; step < 20_000; step++) {
            if (open.size() < 40 && random.nextInt(2) == 0) {
                Write write = new Write(++lsn, random.nextInt(500), 1 + random.nextInt(20));
                open.add(write);
                pending.add(write.lsn, write.first, write.count);
                for (int i = 0; i < write.count; i++) {
                    model.put(write.first + i, new Place(lsn, i));
                }
            } else if (!open.isEmpty()) {
                Write write = open.remove();
                pending.settle(write.lsn, write.first, write.count);
                model.values().removeIf(place -> place.lsn == write.lsn);
            }
            assertThat(pending.size()).as("seed %d step %d", seed, step).isEqualTo(model.size());
            long block = random.nextInt(520);
            int handle = pending.find(block);
            Place expected = model.get(block);
            if (expected == null) {
                assertThat(handle)
                        .as("seed %d step %d block %d", seed, step, block)
                        .isEqualTo(PendingBlocks.ABSENT);
            } else {
                assertThat(new Place(pending.lsnAt(handle), pending.placeAt(handle)))
                        .as("seed %d step %d block %d", seed, step, block)
                        .isEqualTo(expected);
            }
        }
        open.forEach(write -> pending.settle(write.lsn, write.first, write.count));
        assertThat(pending.isEmpty()).isTrue();
    }
}
