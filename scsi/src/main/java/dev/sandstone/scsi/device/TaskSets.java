package dev.sandstone.scsi.device;

import dev.sandstone.scsi.task.QueuedTask;
import dev.sandstone.scsi.task.TaskAttribute;
import dev.sandstone.scsi.task.TaskSet;
import dev.sandstone.scsi.unit.ItlNexus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a logical unit, in a task set for each nexus (SPC-4 7.5.8, TST 001b): how many one of them queues, in which
 * order, and whether it ever sends the data it owes, keeps none of the others waiting.
 *
 * <p>On the unit's loop only.
 */
final class TaskSets {
    /** What a nexus may queue. */
    static final int NEXUS_LIMIT = 1024;

    /** What all together may queue, but for a few of each. */
    private static final int UNIT_LIMIT = 1 << 16;

    private static final int ALWAYS = 64;

    private final Map<ItlNexus, TaskSet> sets = new HashMap<>();
    private int size;

    /** Takes a task and starts it when its attribute allows; false: its nexus may queue no more. */
    boolean add(UnitTask task, TaskAttribute attribute) {
        TaskSet own = sets.get(task.itl());
        if (own == null) {
            own = new TaskSet(NEXUS_LIMIT);
            sets.put(task.itl(), own);
        }
        if (own.full() || (size >= UNIT_LIMIT && own.size() >= ALWAYS)) {
            return false;
        }
        size++;
        own.add(task, attribute);
        return true;
    }

    /** Takes out a task that ended, and starts those that waited for it. */
    void remove(TaskLife task) {
        TaskSet own = sets.get(task.itl());
        if (own == null) {
            throw new IllegalStateException("not queued: " + task);
        }
        size--;
        own.remove(task);
        if (task.itl().isGone()) {
            forget(task.itl());
        }
    }

    /**
     * A nexus has gone. Its task set stays until the last of its tasks has ended, those too that were on their way to the unit and
     * come later.
     */
    void forget(ItlNexus gone) {
        TaskSet own = sets.get(gone);
        if (own != null && own.size() == 0) {
            sets.remove(gone);
        }
    }

    /** How many nexuses have a task set. */
    int nexuses() {
        return sets.size();
    }

    /** The task of a nexus with that tag. */
    @Nullable
    UnitTask find(ItlNexus itl, long tag) {
        for (QueuedTask task = oldest(sets.get(itl)); task != null; task = task.younger()) {
            UnitTask candidate = (UnitTask) task;
            if (candidate.tag() == tag) {
                return candidate;
            }
        }
        return null;
    }

    /** Those that fit; of each nexus the oldest first. */
    List<UnitTask> select(Predicate<UnitTask> which) {
        List<UnitTask> chosen = new ArrayList<>();
        for (TaskSet set : sets.values()) {
            for (QueuedTask task = oldest(set); task != null; task = task.younger()) {
                if (which.test((UnitTask) task)) {
                    chosen.add((UnitTask) task);
                }
            }
        }
        return chosen;
    }

    private static @Nullable QueuedTask oldest(@Nullable TaskSet set) {
        return set == null ? null : set.oldest();
    }
}
