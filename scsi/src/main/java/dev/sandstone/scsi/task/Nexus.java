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

    /**
     * Takes a command into its task set, or ends it at once with a status.
     *
     * @return a handle that means nothing once the task has ended: one for which no Data-Out was announced may by then be
     *     that of another command
     */
    Task submit(TaskRequest request, TaskPort port);

    /**
     * Performs a task management function; {@code done} is called once its whole effect is complete: after every task it
     * ends was told its end. ABORT TASK of a task whose operation the engine has begun is answered {@code NO_SUCH_TASK}
     * after that task's status: it was done, and the initiator has been told. Resets and CLEAR TASK SET wait for such
     * tasks and end them by {@code aborted}.
     *
     * @param lun the eight bytes of the LUN field; ignored by target resets
     * @param tag the task for ABORT TASK, else ignored
     * @param done called on a loop of a unit concerned, or on the caller's thread when there is none
     */
    void manage(TaskFunction function, long lun, long tag, Consumer<TaskFunctionResult> done);

    /** Runs the action on the loop of that LUN's unit, now when called on it. */
    void run(long lun, Runnable action);

    /** Ends the nexus: aborts its tasks, drops its unit attentions, releases what dies with it; then {@code done}, as above. */
    void close(NexusLoss reason, Runnable done);
}
