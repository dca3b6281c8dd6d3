package dev.sandstone.engine.space;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpaceLedgerTest {
    private static final long SEGMENT = 1 << 20;

    private static SegmentCounts change(long... pairs) {
        SegmentCounts counts = new SegmentCounts();
        for (int i = 0; i < pairs.length; i += 2) {
            counts.add(pairs[i], pairs[i + 1]);
        }
        return counts;
    }

    private static void assertWhole(SpaceFigures figures) {
        assertThat(figures.live() + figures.garbage() + figures.free() + figures.reserve() + figures.metadata())
                .isEqualTo(figures.capacity());
    }

    @Test
    void aVersionIsCountedOnceOnItsWayThroughTheOverlay() {
        SpaceLedger ledger = new SpaceLedger(SEGMENT);
        ledger.written(1, 8192);
        ledger.superseded(1, 4096);
        assertThat(ledger.live(1)).isEqualTo(4096);
        ledger.close();
        ledger.written(2, 4096);
        assertThat(ledger.liveBytes()).isEqualTo(8192);
        ledger.folded(change(1, 4096));
        assertThat(ledger.live(1)).isEqualTo(4096);
        assertThat(ledger.liveInHead(1)).isEqualTo(4096);
        ledger.close();
        ledger.folded(change(2, 4096, 1, -4096));
        assertThat(ledger.live(1)).isZero();
        assertThat(ledger.liveBytes()).isEqualTo(4096);
    }

    @Test
    void figuresAddUpToTheCapacity() {
        SpaceLedger ledger = new SpaceLedger(SEGMENT);
        assertThat(ledger.figures(10, 3000))
                .isEqualTo(new SpaceFigures(10 * SEGMENT, 0, 0, 10 * SEGMENT - 3000, 3000, 0));
        ledger.opened(1, 0, SEGMENT - 4096);
        ledger.appended(1, 40_960, SEGMENT - 4096 - 49_152);
        ledger.written(1, 40_960);
        ledger.superseded(1, 8192);
        SpaceFigures open = ledger.figures(10, 3000);
        assertThat(open.live()).isEqualTo(32_768);
        assertThat(open.garbage()).isEqualTo(8192);
        assertThat(open.metadata()).isEqualTo(4096 + 8192);
        assertWhole(open);
        ledger.sealed(1);
        SpaceFigures sealed = ledger.figures(10, 3000);
        assertThat(sealed.metadata()).isEqualTo(SEGMENT - 40_960);
        assertThat(sealed.free()).isEqualTo(9 * SEGMENT - 3000);
        assertWhole(sealed);
        ledger.close();
        ledger.folded(change());
        ledger.freed(1);
        assertThat(ledger.figures(10, 3000).free()).isEqualTo(10 * SEGMENT - 3000);
        assertThat(ledger.usedSegments()).isZero();
        assertWhole(ledger.figures(10, 3000));
    }

    @Test
    void theReserveIsWhatIsLeftOfIt() {
        SpaceLedger ledger = new SpaceLedger(SEGMENT);
        ledger.opened(1, 0, 2000);
        SpaceFigures figures = ledger.figures(1, 3000);
        assertThat(figures.reserve()).isEqualTo(2000);
        assertThat(figures.free()).isZero();
        assertWhole(figures);
    }

    @Test
    void countsLikeAMap() {
        Random random = new Random(8);
        SegmentCounts counts = new SegmentCounts();
        Map<Long, Long> model = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            long segment = random.nextInt(3000);
            long amount = random.nextInt(200) - 100L;
            counts.add(segment, amount);
            model.merge(segment, amount, Long::sum);
            if (random.nextInt(5000) == 0) {
                counts.prune();
            }
        }
        model.forEach((segment, amount) -> assertThat(counts.get(segment)).isEqualTo(amount));
        assertThat(counts.total())
                .isEqualTo(model.values().stream().mapToLong(Long::longValue).sum());
        Map<Long, Long> visited = new HashMap<>();
        counts.forEach(visited::put);
        model.values().removeIf(amount -> amount == 0);
        visited.values().removeIf(amount -> amount == 0);
        assertThat(visited).isEqualTo(model);
    }
}
