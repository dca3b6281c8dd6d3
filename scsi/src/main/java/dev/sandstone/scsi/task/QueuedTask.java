package dev.sandstone.scsi.task;

import org.jspecify.annotations.Nullable;

/** A task as its {@link TaskSet} knows it: one link of the set, with its place in the order. */
public abstract class QueuedTask {
    private @Nullable QueuedTask older;
    private @Nullable QueuedTask younger;
    private TaskAttribute attribute = TaskAttribute.SIMPLE;
    private boolean enabled;

    /** Called once, by the set, when the task may start (SAM-5 8.5: it enters the enabled state). */
    protected abstract void enabled();

    /** Whether the task was let start; dormant otherwise. */
    protected final boolean isEnabled() {
        return enabled;
    }

    /** The next younger task of the set. */
    public final @Nullable QueuedTask younger() {
        return younger;
    }

    final boolean ordered() {
        return attribute == TaskAttribute.ORDERED;
    }

    final boolean headOfQueue() {
        return attribute == TaskAttribute.HEAD_OF_QUEUE;
    }

    final void enable() {
        enabled = true;
        enabled();
    }

    final void linkAfter(@Nullable QueuedTask last, TaskAttribute order) {
        attribute = order;
        enabled = false;
        older = last;
        younger = null;
        if (last != null) {
            last.younger = this;
        }
    }

    /** Returns the next older task, which is the youngest now if this one was. */
    final @Nullable QueuedTask unlink() {
        QueuedTask before = older;
        QueuedTask after = younger;
        if (before != null) {
            before.younger = after;
        }
        if (after != null) {
            after.older = before;
        }
        older = null;
        younger = null;
        return before;
    }
}
