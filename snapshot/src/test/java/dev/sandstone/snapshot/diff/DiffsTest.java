package dev.sandstone.snapshot.diff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.engine.loop.QueueLoop;
import dev.sandstone.engine.volume.HeapTimeline;
import dev.sandstone.engine.volume.HeapVolume;
import dev.sandstone.engine.volume.Moment;
import dev.sandstone.engine.volume.SnapshotId;
import dev.sandstone.engine.volume.Timeline;
import dev.sandstone.engine.volume.Timeline.Comparison;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.snapshot.diff.Diff.Extent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DiffsTest {
    private static final VolumeId VOLUME = new VolumeId(new UUID(0, 1));
    private static final SnapshotId BEFORE = new SnapshotId(new UUID(0, 2));

    private final Map<VolumeId, HeapVolume> volumes = new LinkedHashMap<>();
    private final HeapTimeline timeline = new HeapTimeline(volumes, () -> {});
    private final HeapVolume volume = new HeapVolume(new QueueLoop(), 512, VOLUME);
    private final Comparison comparison = new Comparison(VOLUME, new Moment.Of(BEFORE), new Moment.Now());

    private List<Extent> all(int limit) {
        Diffs diffs = new Diffs(timeline);
        List<Extent> found = new ArrayList<>();
        long from = 0;
        Comparison next = comparison;
        while (true) {
            Diff part = diffs.part(next, from, limit).toCompletableFuture().join();
            next = part.comparison();
            assertThat(part.extents()).hasSizeLessThanOrEqualTo(limit);
            found.addAll(part.extents());
            if (part.nextByte().isEmpty()) {
                return found;
            }
            assertThat(part.nextByte().get()).isGreaterThan(from);
            from = part.nextByte().get();
        }
    }

    @Test
    void whatTouchesIsOneExtent() {
        volumes.put(VOLUME, volume);
        timeline.take(List.of(new Timeline.SnapshotSpec(BEFORE, VOLUME)));
        assertThat(all(7)).isEmpty();
        for (int at : new int[] {4096, 8192, 12288, 65536}) {
            volume.bytes()[at] = 1;
        }
        assertThat(all(4096)).containsExactly(new Extent(4096, 12288), new Extent(65536, 4096));
        assertThat(all(1))
                .as("in parts")
                .containsExactly(
                        new Extent(4096, 4096),
                        new Extent(8192, 4096),
                        new Extent(12288, 4096),
                        new Extent(65536, 4096));
    }

    @Test
    void allPartsAreOfOneNow() {
        volumes.put(VOLUME, volume);
        timeline.take(List.of(new Timeline.SnapshotSpec(BEFORE, VOLUME)));
        volume.bytes()[4096] = 1;
        volume.bytes()[65536] = 1;
        Diffs diffs = new Diffs(timeline);
        Diff first = diffs.part(comparison, 0, 1).toCompletableFuture().join();
        volume.bytes()[131072] = 1;
        Diff second = diffs.part(first.comparison(), first.nextByte().orElseThrow(), 9)
                .toCompletableFuture()
                .join();
        assertThat(second.extents()).containsExactly(new Extent(65536, 4096));
    }

    @Test
    void whatCannotBeAPartIsRefused() {
        Diffs diffs = new Diffs(timeline);
        for (long[] bad : new long[][] {{-512, 1}, {1, 1}, {0, 0}, {0, 5000}}) {
            assertThatThrownBy(() -> diffs.part(comparison, bad[0], (int) bad[1]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
