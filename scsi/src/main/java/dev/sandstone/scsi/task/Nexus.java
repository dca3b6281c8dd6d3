package dev.sandstone.scsi.task;

import java.util.function.Consumer;

/**
 * An I_T nexus: one initiator port joined to one target port, for the life of a session.
 *
 * <p>Any thread may call; work is done on the loop of the logical unit addressed, and the calls of one nexus keep their
 * order for each logical unit. When the caller is on that loop, everything that needs no waiting (a read of data in
 * memory, say) ends before {@code submit} returns.
 */
public interface Nexus {

    /** Takes a command into its task set, or ends it at once with a status. */
    Task submit(TaskRequest request, TaskPort port);

    /**
     * Performs a task management function; {@code done} is called once its whole effect is complete: after every task it
     * ends was told {@code aborted}.
     *
     * @param lun the eight bytes of the LUN field; ignored by target resets
     * @param tag the task for ABORT TASK, else ignored
     */
    void manage(TaskFunction function, long lun, long tag, Consumer<TaskFunctionResult> done);

    /** Runs the action on the loop of that LUN's unit, now when called on it. */
    void run(long lun, Runnable action);

    /** Ends the nexus: aborts its tasks, drops its unit attentions, releases what dies with it; then {@code done}. */
    void close(NexusLoss reason, Runnable done);
}
