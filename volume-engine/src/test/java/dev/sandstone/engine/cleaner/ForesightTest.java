package dev.sandstone.engine.cleaner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.loop.QueueLoop;
import dev.sandstone.engine.map.BlockMap;
import dev.sandstone.engine.map.MapLimits;
import dev.sandstone.engine.map.MapSetup;
import dev.sandstone.engine.map.MapSlice;
import dev.sandstone.engine.meta.ModelMetadataStore;
import dev.sandstone.engine.space.SpaceLedger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the map is asked ahead is right whenever it changes meanwhile. */
class ForesightTest {
    private static final long LINEAGE = 1;
    private static final long SEGMENT = 9;

    private final QueueLoop loop = new QueueLoop();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final BlockMap map = map();
    private final Foresight foresight = new Foresight(map);
    private final List<Stretches.Stretch> stretches = new ArrayList<>();

    private BlockMap map() {
        MapLimits limits = new MapLimits(
                1 << 20, 1 << 20, 1000, 1 << 20, TimeUnit.SECONDS.toNanos(2), TimeUnit.SECONDS.toNanos(30), 10);
        return new BlockMap(new MapSetup(
                loop, new ModelMetadataStore(), tasks::add, tasks::add, new SpaceLedger(64 << 20), limits));
    }

    private void settle() {
        loop.runAll();
        while (!tasks.isEmpty()) {
            tasks.remove().run();
            loop.runAll();
        }
    }

    /** A record of a block in the segment. */
    private Stretches.Claim write(long block) {
        long lsn = map.advancedLsn() + 1;
        long pointer = Pointer.raw(SEGMENT, (int) (8 * lsn));
        map.lineage(LINEAGE).write(lsn, block, 1, pointer, new int[] {(int) lsn});
        map.advance(lsn);
        Stretches.Claim claim = new Stretches.Claim(LINEAGE, block, lsn);
        stretches.add(new Stretches.Stretch(pointer, 1, List.of(claim)));
        return claim;
    }

    private void moment() {
        long lsn = map.advancedLsn() + 1;
        map.retain(LINEAGE, lsn);
        map.advance(lsn);
    }

    private void look(int from, int most) {
        List<Boolean> answers = new ArrayList<>();
        if (!foresight.look(stretches, from, most, answers::add)) {
            settle();
            assertThat(answers).containsExactly(true);
        }
    }

    private boolean isAlive(int stretch) {
        Stretches.Stretch at = stretches.get(stretch);
        Stretches.Claim claim = at.claims().get(0);
        MapSlice answer = Objects.requireNonNull(foresight.answer(claim), "an answer");
        boolean alive = Foresight.shows(answer, 0, at, 0, claim);
        assertThat(!alive || answer.checksum(0) == claim.birth()).isTrue();
        return alive;
    }

    @Test
    void whatIsNewestIsAliveAndSoIsWhatAMomentShows() {
        write(7);
        write(7);
        moment();
        write(7);
        write(8);
        look(0, 100);
        assertThat(isAlive(0)).as("no moment shows it").isFalse();
        assertThat(isAlive(1)).as("the moment shows it").isTrue();
        assertThat(isAlive(2)).as("the newest").isTrue();
        assertThat(isAlive(3)).as("the newest").isTrue();
    }

    @Test
    void whatIsDisplacedAfterThePassHasFoldedIsFound() {
        write(7);
        write(8);
        moment();
        write(7);
        look(0, 1);
        assertThat(foresight.covers(1)).isFalse();
        write(8);
        look(1, 1);
        assertThat(isAlive(1)).as("the moment shows it").isTrue();
    }

    @Test
    void eachPassFoldsAnew() {
        write(7);
        moment();
        write(7);
        look(0, 100);
        foresight.begin();
        assertThat(foresight.covers(0)).isFalse();
        write(7);
        look(0, 100);
        assertThat(isAlive(0)).as("the moment shows it").isTrue();
        assertThat(isAlive(1)).as("no moment shows it").isFalse();
        assertThat(isAlive(2)).as("the newest").isTrue();
    }

    @Test
    void fewLeavesAreLoadedAtOnce() {
        for (int i = 0; i <= Foresight.MOST_LOADS; i++) {
            write(64L * i);
        }
        map.fold(folded -> assertThat(folded).isTrue());
        settle();
        look(0, 1000);
        assertThat(foresight.covers(Foresight.MOST_LOADS - 1)).isTrue();
        assertThat(foresight.covers(Foresight.MOST_LOADS)).isFalse();
        look(Foresight.MOST_LOADS, 1000);
        assertThat(foresight.covers(Foresight.MOST_LOADS)).isTrue();
    }
}
