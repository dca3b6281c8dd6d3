package dev.sandstone.scsi.device;

import dev.sandstone.scsi.command.CommandTable;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.task.ScsiStatus;
import dev.sandstone.scsi.task.Task;
import dev.sandstone.scsi.task.TaskAttribute;
import dev.sandstone.scsi.task.TaskFunction;
import dev.sandstone.scsi.task.TaskFunctionResult;
import dev.sandstone.scsi.task.TaskPort;
import dev.sandstone.scsi.task.TaskRequest;
import dev.sandstone.scsi.unit.ItlNexus;
import dev.sandstone.scsi.unit.LogicalUnit;
import dev.sandstone.scsi.unit.UnitAttention;
import dev.sandstone.scsi.unit.UnitListener;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Serves one logical unit to all its nexuses: a task set for each, and task management over them (SAM-5 7). Everything but
 * {@link #submit} and {@link #run} is called on the unit's loop.
 *
 * <p>How tasks end by management: one that is not in the engine ends at once. One in the engine cannot be undone. ABORT TASK
 * and ABORT TASK SET let it end with its status and answer then, so that the initiator knows what was applied; resets
 * and nexus loss wait for it and end it without status. Either way its buffers stay lent until the engine
 * has returned them.
 */
public final class DeviceServer {
    private static final int SPARE_TASKS = 64;

    private final LogicalUnit unit;
    private final CommandTable table;
    private final TaskSets tasks = new TaskSets();
    private final Deque<UnitTask> spare = new ArrayDeque<>();
    private @Nullable LoopMemory memory;

    /** Above zero while a list of tasks is being ended, so that none on it becomes another meanwhile. */
    private int endings;

    /** Serves the unit, which no other server serves, with the commands of the table. */
    public DeviceServer(LogicalUnit unit, CommandTable table) {
        this.unit = unit;
        this.table = table;
    }

    /** The unit. */
    public LogicalUnit unit() {
        return unit;
    }

    CommandTable table() {
        return table;
    }

    LoopMemory memory() {
        if (memory == null) {
            memory = LoopMemory.ofThisLoop();
        }
        return memory;
    }

    /** Runs the action on the unit's loop: now when called there. */
    void run(Runnable action) {
        unit.volume().loop().run(action);
    }

    boolean inLoop() {
        return unit.volume().loop().inLoop();
    }

    Task submit(DeviceNexus nexus, ItlNexus itl, TaskRequest request, TaskPort port) {
        if (inLoop()) {
            UnitTask task = spare.isEmpty() ? new UnitTask(this) : spare.pop();
            task.assign(nexus, itl, request, port);
            accept(task, request.attribute());
            return task;
        }
        UnitTask task = new UnitTask(this);
        task.assign(nexus, itl, request, port);
        unit.volume().loop().execute(() -> accept(task, request.attribute()));
        return task;
    }

    private void accept(UnitTask task, TaskAttribute attribute) {
        if (!tasks.add(task, order(attribute))) {
            task.refuse(ScsiStatus.TASK_SET_FULL);
        }
    }

    /** Without reordering a SIMPLE task may not overtake another one, which is what ORDERED says. */
    private TaskAttribute order(TaskAttribute attribute) {
        boolean inOrder = attribute == TaskAttribute.SIMPLE && !unit.modePages().unrestrictedReordering();
        return inOrder ? TaskAttribute.ORDERED : attribute;
    }

    /** How many nexuses have a task set now. */
    int taskSets() {
        return tasks.nexuses();
    }

    /** A task has ended and was told to its transport. */
    void ended(TaskLife task) {
        tasks.remove(task);
    }

    /** Nobody holds the task any more. */
    void recycle(TaskLife task) {
        if (endings == 0 && spare.size() < SPARE_TASKS) {
            spare.push((UnitTask) task);
        }
    }

    /** A nexus is lost or may not see the unit any more. */
    void leave(ItlNexus itl, Runnable done) {
        // What the nexus held must not stop others while the engine still works on its last tasks.
        unit.leave(itl);
        tasks.forget(itl);
        AbortGroup group = new AbortGroup(done);
        tell(group, (listener, still) -> listener.left(itl, still));
        end(task -> task.itl().equals(itl), TaskLife.Abort.SILENTLY, group);
        group.complete();
    }

    /**
     * A reset that a nexus asks for: ends all tasks of all nexuses and resets the unit; {@code done} when the last task has
     * ended. One that may only read resets what is its own, as the loss of its nexus would: the tasks of others, their
     * reservations and the mode pages are not its business.
     */
    void reset(ItlNexus by, UnitAttention cause, Runnable done) {
        if (by.readOnly()) {
            unit.giveBack(by);
            by.establish(cause);
            abortOf(by::equals, task -> true, done);
            return;
        }
        AbortGroup group = new AbortGroup(done);
        unit.reset(cause);
        tell(group, UnitListener::reset);
        end(task -> true, TaskLife.Abort.SILENTLY, group);
        group.complete();
    }

    private void tell(AbortGroup group, BiConsumer<UnitListener, Runnable> event) {
        for (UnitListener listener : unit.listeners()) {
            group.join();
            event.accept(listener, group::left);
        }
    }

    void manage(ItlNexus itl, TaskFunction function, long tag, Consumer<TaskFunctionResult> done) {
        Runnable complete = () -> done.accept(TaskFunctionResult.COMPLETE);
        switch (function) {
            case ABORT_TASK -> abortTask(itl, tag, done);
            // The task set holds what this nexus has queued, nothing else: SAM-5 7.4.
            case ABORT_TASK_SET, CLEAR_TASK_SET -> {
                AbortGroup group = new AbortGroup(complete);
                end(task -> task.itl().equals(itl), TaskLife.Abort.UNLESS_IT_ENDS, group);
                group.complete();
            }
            case LOGICAL_UNIT_RESET -> reset(itl, UnitAttention.UNIT_RESET, complete);
            case TARGET_WARM_RESET, TARGET_COLD_RESET, CLEAR_ACA -> done.accept(TaskFunctionResult.NOT_SUPPORTED);
        }
    }

    /** Ends what these nexuses have begun, their tasks without status, but one task; {@code done} when all has ended. */
    void abortOthers(UnitTask but, Predicate<ItlNexus> whose, Runnable done) {
        abortOf(whose, task -> !task.equals(but), done);
    }

    private void abortOf(Predicate<ItlNexus> whose, Predicate<UnitTask> which, Runnable done) {
        AbortGroup group = new AbortGroup(done);
        tell(group, (listener, still) -> listener.aborted(whose, still));
        end(task -> which.test(task) && whose.test(task.itl()), TaskLife.Abort.SILENTLY, group);
        group.complete();
    }

    /**
     * Ends what all nexuses have begun, but one task: the tasks of its nexus with CHECK CONDITION and that sense, those of others
     * without status, of which these are told. Goes on when the last has ended.
     */
    void endOthers(UnitTask but, SenseData why, Runnable done) {
        ItlNexus own = but.itl();
        Predicate<ItlNexus> toldOfIt = nexus -> {
            if (!nexus.equals(own)) {
                nexus.establish(UnitAttention.COMMANDS_CLEARED);
            }
            return true;
        };
        AbortGroup group = new AbortGroup(done);
        tell(group, (listener, still) -> listener.aborted(toldOfIt, still));
        end(task -> !task.equals(but) && toldOfIt.test(task.itl()), group, (task, listener) -> {
            if (task.itl().equals(own)) {
                task.terminate(why, listener);
            } else {
                task.abort(TaskLife.Abort.SILENTLY, listener);
            }
        });
        group.complete();
    }

    private void abortTask(ItlNexus itl, long tag, Consumer<TaskFunctionResult> done) {
        UnitTask task = tasks.find(itl, tag);
        if (task == null) {
            done.accept(TaskFunctionResult.NO_SUCH_TASK);
            return;
        }
        task.abort(
                TaskLife.Abort.UNLESS_IT_ENDS,
                answered -> done.accept(answered ? TaskFunctionResult.NO_SUCH_TASK : TaskFunctionResult.COMPLETE));
    }

    private void end(Predicate<UnitTask> which, TaskLife.Abort how, AbortGroup group) {
        end(which, group, (task, listener) -> task.abort(how, listener));
    }

    private void end(Predicate<UnitTask> which, AbortGroup group, BiConsumer<UnitTask, TaskLife.AbortListener> ending) {
        List<UnitTask> chosen = tasks.select(which);
        endings++;
        // The youngest first: none that waits may start because an older one ends here.
        for (int i = chosen.size() - 1; i >= 0; i--) {
            group.join();
            ending.accept(chosen.get(i), answered -> group.left());
        }
        endings--;
    }
}
