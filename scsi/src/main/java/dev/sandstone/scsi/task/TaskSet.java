package dev.sandstone.scsi.task;

import org.jspecify.annotations.Nullable;

/**
 * The tasks of one logical unit and the order in which they may start (SAM-5 8.7).
 *
 * <pre>
 *   HEAD OF QUEUE  starts at once
 *   SIMPLE         starts when no HEAD OF QUEUE task and no older ORDERED task is left
 *   ORDERED        starts when no HEAD OF QUEUE task and no older task at all is left
 * </pre>
 *
 * <p>Adding and removing cost the same however long the queue is, as long as all tasks are SIMPLE. Starting a task may end
 * it, add others or remove others.
 */
public final class TaskSet {
    private final int limit;
    private @Nullable QueuedTask oldest;
    private @Nullable QueuedTask youngest;
    private int size;
    private int dormant;
    private int ordered;
    private int headOfQueue;
    private boolean scanning;
    private boolean removedMeanwhile;

    /** @param limit how many tasks the set takes */
    public TaskSet(int limit) {
        this.limit = limit;
    }

    public int size() {
        return size;
    }

    /** Whether another task would have to end with TASK SET FULL. */
    public boolean full() {
        return size >= limit;
    }

    /** The oldest task; the others follow by {@link QueuedTask#younger}. */
    public @Nullable QueuedTask oldest() {
        return oldest;
    }

    /** Takes a task and starts it when its attribute allows. */
    public void add(QueuedTask task, TaskAttribute attribute) {
        boolean mayStart;
        if (attribute == TaskAttribute.HEAD_OF_QUEUE) {
            mayStart = true;
        } else if (attribute == TaskAttribute.ORDERED) {
            mayStart = size == 0;
        } else {
            mayStart = ordered == 0 && headOfQueue == 0;
        }
        task.linkAfter(youngest, attribute);
        if (oldest == null) {
            oldest = task;
        }
        youngest = task;
        size++;
        ordered += task.ordered() ? 1 : 0;
        headOfQueue += task.headOfQueue() ? 1 : 0;
        if (mayStart) {
            task.enable();
        } else {
            dormant++;
        }
    }

    /** Takes out a task that ended or was aborted, and starts those that waited for it. */
    public void remove(QueuedTask task) {
        if (task.equals(oldest)) {
            oldest = task.younger();
        }
        boolean last = task.equals(youngest);
        QueuedTask before = task.unlink();
        if (last) {
            youngest = before;
        }
        size--;
        ordered -= task.ordered() ? 1 : 0;
        headOfQueue -= task.headOfQueue() ? 1 : 0;
        dormant -= task.isEnabled() ? 0 : 1;
        removedMeanwhile = true;
        if (dormant > 0 && !scanning) {
            startWaiting();
        }
    }

    /** Passes over the set until a pass in which nothing ended: only an end lets a task start. */
    private void startWaiting() {
        scanning = true;
        while (removedMeanwhile && dormant > 0) {
            removedMeanwhile = false;
            pass();
        }
        scanning = false;
    }

    private void pass() {
        boolean first = true;
        QueuedTask task = oldest;
        while (task != null && headOfQueue == 0) {
            QueuedTask next = task.younger();
            boolean barrier = task.ordered();
            if (!task.isEnabled()) {
                if (barrier && !first) {
                    return;
                }
                dormant--;
                task.enable();
                if (removedMeanwhile) {
                    // The links just read may be stale: begin again.
                    return;
                }
            }
            if (barrier) {
                return;
            }
            first = false;
            task = next;
        }
    }
}
