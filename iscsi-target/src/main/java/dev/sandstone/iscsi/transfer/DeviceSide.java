package dev.sandstone.iscsi.transfer;

import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.Task;
import dev.sandstone.scsi.task.TaskPort;
import dev.sandstone.scsi.task.TaskRequest;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a transfer says to the device, on the unit's loop. The device hears nothing of a command once it has told its end, since
 * its task may be another command by then.
 */
final class DeviceSide {
    private final Runnable handOver = this::handOver;
    private @Nullable Nexus nexus;
    private @Nullable Task task;
    private @Nullable ByteBuffer data;
    private long lun;
    // On the unit's loop.
    private boolean ended;

    /** Becomes that of another command. */
    void clear() {
        nexus = null;
        task = null;
        data = null;
        ended = false;
    }

    /** Gives the device the command, which may end at once. */
    void submit(Nexus to, TaskRequest request, TaskPort port) {
        nexus = to;
        lun = request.lun();
        task = to.submit(request, port);
    }

    /** The device gets its data; false: it is not ready for it yet. */
    boolean deliver(ByteBuffer filled) {
        data = filled;
        return tell(handOver);
    }

    private void handOver() {
        Task running = task;
        ByteBuffer filled = data;
        if (!ended && running != null && filled != null) {
            running.dataOut(filled);
        }
    }

    /** The device hears that its data cannot be had; false: it is not ready for that yet. */
    boolean fail(int asc, int ascq) {
        Task running = task;
        return tell(() -> {
            if (!ended && running != null) {
                running.dataOutFailed(DataFault.SENSE_KEY, asc, ascq);
            }
        });
    }

    private boolean tell(Runnable message) {
        Nexus on = nexus;
        if (task == null || on == null) {
            return false;
        }
        on.run(lun, message);
        return true;
    }

    /** The device has told the end. On the unit's loop. */
    void end() {
        if (ended) {
            throw new IllegalStateException("a task ends once");
        }
        ended = true;
    }

    /** Whether the device has told the end. On the unit's loop. */
    boolean hasEnded() {
        return ended;
    }
}
