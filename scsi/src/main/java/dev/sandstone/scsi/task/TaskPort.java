package dev.sandstone.scsi.task;

import java.nio.ByteBuffer;

/**
 * The transport's side of one task. All calls come from the logical unit's loop (maybe inside {@link Nexus#submit}),
 * and end with exactly one {@link #finish} or one {@link #aborted}.
 */
public interface TaskPort {

    /**
     * Lends a direct buffer for Data-In, position 0, limit {@code bytes}, contents undefined. At most once a task. The
     * device server fills it from the start and keeps no reference after {@code finish} or {@code aborted}. The bytes
     * asked for may exceed what the initiator takes; the transport cuts and reports the residual.
     */
    ByteBuffer dataIn(int bytes);

    /**
     * Asks for the first {@code bytes} of the Data-Out, at most {@code dataOutBytes} of the request; at most once a task.
     * The transport answers with {@link Task#dataOut} on the logical unit's loop, maybe before this returns.
     */
    void requestDataOut(int bytes);

    /**
     * Ends the task with a status for the initiator.
     *
     * @param status SAM-5 5.3.1 status code
     * @param sense sense data for CHECK CONDITION, else an empty array; owned by the transport afterwards
     * @param dataInBytes how many bytes of the lent Data-In buffer to send, 0 when none
     * @param transferBytes how many bytes the command wanted to move in its direction (Data-In length before the cut, or
     *     Data-Out bytes the command called for): residuals are computed from it
     */
    void finish(int status, byte[] sense, int dataInBytes, long transferBytes);

    /** The task was aborted by task management or nexus loss: give its buffers back, send nothing. */
    void aborted();
}
