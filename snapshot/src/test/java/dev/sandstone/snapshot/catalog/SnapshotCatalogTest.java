package dev.sandstone.snapshot.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.meta.HeapCatalogStore;
import dev.sandstone.engine.volume.VolumeId;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class SnapshotCatalogTest {
    private static final int STEPS = 3000;
    private static final int FEW = 200;
    private static final int MANY = 10_000;

    private final long seed = Long.getLong("sandstone.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final HeapCatalogStore store = new HeapCatalogStore();
    private final SnapshotCatalog catalog = SnapshotCatalog.open(store);

    /** States that somebody has stay as they were, and the store has the newest. */
    @Test
    void knowsWhatWasPutAndNotRemoved() {
        Map<String, SnapshotEntry> model = new HashMap<>();
        SnapshotState before = catalog.state();
        Map<String, SnapshotEntry> then = Map.of();
        for (int i = 0; i < STEPS; i++) {
            VolumeId volume = new VolumeId(new UUID(1, random.nextInt(4)));
            SnapshotEntry entry = SnapshotEntry.wanted(volume, "s" + random.nextInt(40), SnapshotKind.MANUAL, null);
            if (random.nextInt(3) > 0) {
                catalog.put(List.of(entry));
                model.put(key(entry), entry);
            } else {
                catalog.remove(List.of(entry));
                model.remove(key(entry));
            }
            if (i % 100 == 0) {
                compare(before, then);
                compare(catalog.state(), model);
                compare(SnapshotCatalog.open(store).state(), model);
                before = catalog.state();
                then = Map.copyOf(model);
            }
        }
    }

    private static String key(SnapshotEntry entry) {
        return entry.volume() + "/" + entry.name();
    }

    private void compare(SnapshotState state, Map<String, SnapshotEntry> model) {
        assertThat(state.snapshots()).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(model.values());
        assertThat(state.count()).isEqualTo(model.size());
        for (SnapshotEntry entry : model.values()) {
            assertThat(state.snapshot(entry.volumeId(), entry.name())).contains(entry);
            assertThat(state.snapshot(entry.id())).contains(entry);
            assertThat(state.snapshots(entry.volumeId()))
                    .hasSize(state.count(entry.volumeId()))
                    .contains(entry);
        }
    }

    @Test
    void oneCostsTheSameAmongMany() {
        List<SnapshotEntry> there = new ArrayList<>();
        VolumeId volume = new VolumeId(new UUID(1, 1));
        Runnable put = () -> {
            SnapshotEntry wanted = SnapshotEntry.wanted(volume, "s" + there.size(), SnapshotKind.MANUAL, null);
            catalog.put(List.of(wanted));
            there.add(wanted.ready(wanted.takenMicros()));
            catalog.put(List.of(there.get(there.size() - 1)));
        };
        Runnable remove = () -> catalog.remove(List.of(there.remove(random.nextInt(there.size()))));
        bytes(put);
        long putting = bytes(put);
        long removing = bytes(remove);
        while (there.size() < MANY) {
            put.run();
        }
        assertThat(bytes(put)).isLessThan(2 * putting);
        assertThat(bytes(remove)).isLessThan(2 * removing);
    }

    /** Bytes that some of it allocate. */
    private static long bytes(Runnable step) {
        long before = allocated();
        for (int i = 0; i < FEW; i++) {
            step.run();
        }
        return allocated() - before;
    }

    /** Bytes that this thread has allocated. */
    private static long allocated() {
        try {
            return (long) ManagementFactory.getPlatformMBeanServer()
                    .getAttribute(new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME), "CurrentThreadAllocatedBytes");
        } catch (JMException absent) {
            throw new AssertionError(absent);
        }
    }
}
