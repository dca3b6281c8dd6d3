package dev.sandstone.scsi.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** SAM-5 8.7, by example and against the rule written down literally. */
class TaskSetTest {
    private final TaskSet set = new TaskSet(1000);
    private final List<Probe> alive = new ArrayList<>();
    private int started;

    private final class Probe extends QueuedTask {
        final TaskAttribute attribute;
        final boolean endsAtOnce;
        int starts;

        Probe(TaskAttribute attribute, boolean endsAtOnce) {
            this.attribute = attribute;
            this.endsAtOnce = endsAtOnce;
        }

        @Override
        protected void enabled() {
            starts++;
            started++;
            assertThat(mayStart(this)).as("may start").isTrue();
            if (endsAtOnce) {
                end();
            }
        }

        void end() {
            alive.remove(this);
            set.remove(this);
        }

        boolean running() {
            return starts == 1;
        }
    }

    @Test
    void orderedWaitsForTheOlderAndHoldsTheYounger() {
        Probe older = add(TaskAttribute.SIMPLE);
        Probe ordered = add(TaskAttribute.ORDERED);
        Probe younger = add(TaskAttribute.SIMPLE);
        assertThat(older.running()).isTrue();
        assertThat(ordered.running()).isFalse();
        assertThat(younger.running()).isFalse();
        older.end();
        assertThat(ordered.running()).isTrue();
        assertThat(younger.running()).isFalse();
        ordered.end();
        assertThat(younger.running()).isTrue();
    }

    @Test
    void headOfQueuePassesAllAndHoldsWhatHasNotStarted() {
        Probe running = add(TaskAttribute.SIMPLE);
        Probe ordered = add(TaskAttribute.ORDERED);
        Probe head = add(TaskAttribute.HEAD_OF_QUEUE);
        Probe simple = add(TaskAttribute.SIMPLE);
        assertThat(head.running()).isTrue();
        running.end();
        assertThat(ordered.running()).isFalse();
        head.end();
        assertThat(ordered.running()).isTrue();
        assertThat(simple.running()).isFalse();
    }

    @Test
    void anAbortedBarrierLetsTheYoungerStart() {
        add(TaskAttribute.SIMPLE);
        Probe ordered = add(TaskAttribute.ORDERED);
        Probe younger = add(TaskAttribute.SIMPLE);
        ordered.end();
        assertThat(younger.running()).isTrue();
    }

    @Test
    void untaggedIsSimple() {
        add(TaskAttribute.UNTAGGED);
        assertThat(add(TaskAttribute.UNTAGGED).running()).isTrue();
    }

    @RepeatedTest(200)
    void everyTaskStartsWhenTheRuleSaysAndNoLater(RepetitionInfo repetition) {
        long seed = 0x5E7L * repetition.getCurrentRepetition();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        TaskAttribute[] attributes = {
            TaskAttribute.SIMPLE, TaskAttribute.SIMPLE, TaskAttribute.ORDERED, TaskAttribute.HEAD_OF_QUEUE
        };
        int added = 0;
        for (int step = 0; step < 300; step++) {
            if (alive.isEmpty() || random.nextInt(5) < 3) {
                Probe probe = new Probe(attributes[random.nextInt(attributes.length)], random.nextInt(3) == 0);
                added++;
                alive.add(probe);
                set.add(probe, probe.attribute);
            } else {
                alive.get(random.nextInt(alive.size())).end();
            }
            check();
        }
        while (!alive.isEmpty()) {
            alive.get(random.nextInt(alive.size())).end();
            check();
        }
        assertThat(set.oldest()).isNull();
        assertThat(started).isLessThanOrEqualTo(added).isPositive();
    }

    private Probe add(TaskAttribute attribute) {
        Probe probe = new Probe(attribute, false);
        alive.add(probe);
        set.add(probe, attribute);
        return probe;
    }

    private void check() {
        assertThat(set.size()).isEqualTo(alive.size());
        List<QueuedTask> listed = new ArrayList<>();
        for (QueuedTask task = set.oldest(); task != null; task = task.younger()) {
            listed.add(task);
        }
        assertThat(listed).isEqualTo(alive);
        for (Probe probe : alive) {
            assertThat(probe.starts).isLessThanOrEqualTo(1);
            assertThat(probe.running() || !mayStart(probe))
                    .as("waits for nothing")
                    .isTrue();
        }
    }

    /** The rule, word by word. */
    private boolean mayStart(Probe probe) {
        if (probe.attribute == TaskAttribute.HEAD_OF_QUEUE) {
            return true;
        }
        List<Probe> older = alive.subList(0, alive.indexOf(probe));
        if (alive.stream().anyMatch(other -> other.attribute == TaskAttribute.HEAD_OF_QUEUE)) {
            return false;
        }
        return probe.attribute == TaskAttribute.ORDERED
                ? older.isEmpty()
                : older.stream().noneMatch(other -> other.attribute == TaskAttribute.ORDERED);
    }
}
