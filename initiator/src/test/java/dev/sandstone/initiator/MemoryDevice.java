package dev.sandstone.initiator;

import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.NexusLoss;
import dev.sandstone.scsi.task.ScsiDevice;
import dev.sandstone.scsi.task.Task;
import dev.sandstone.scsi.task.TaskFunction;
import dev.sandstone.scsi.task.TaskFunctionResult;
import dev.sandstone.scsi.task.TaskPort;
import dev.sandstone.scsi.task.TaskRequest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * A disk of 512-byte blocks in memory, of the commands that {@link IscsiDisk} sends: enough to see that bytes, status and
 * sense travel right. WRITE(10) never ends but by abort; any other command is an illegal request.
 */
final class MemoryDevice implements ScsiDevice {
    static final int BLOCK = 512;
    static final int HOLD = 0x2a;

    private static final int GOOD = 0;
    private static final int CHECK_CONDITION = 2;

    private final byte[] memory;

    MemoryDevice(int blocks) {
        memory = new byte[blocks * BLOCK];
    }

    @Override
    public Nexus openNexus(String initiatorPort, String initiatorName, int relativeTargetPort) {
        return new MemoryNexus();
    }

    private final class MemoryNexus implements Nexus {
        private final List<MemoryTask> held = new ArrayList<>();

        @Override
        public Task submit(TaskRequest request, TaskPort port) {
            MemoryTask task = new MemoryTask(request, port);
            if ((request.cdb()[0] & 0xff) == HOLD) {
                held.add(task);
            } else {
                task.start();
            }
            return task;
        }

        @Override
        public void manage(TaskFunction function, long lun, long tag, Consumer<TaskFunctionResult> done) {
            boolean one = function == TaskFunction.ABORT_TASK;
            List<MemoryTask> ended = held.stream()
                    .filter(task -> !one || task.request.tag() == tag)
                    .toList();
            held.removeAll(ended);
            ended.forEach(task -> task.port.aborted());
            done.accept(one && ended.isEmpty() ? TaskFunctionResult.NO_SUCH_TASK : TaskFunctionResult.COMPLETE);
        }

        @Override
        public void run(long lun, Runnable action) {
            action.run();
        }

        @Override
        public void close(NexusLoss reason, Runnable done) {
            held.forEach(task -> task.port.aborted());
            held.clear();
            done.run();
        }
    }

    private final class MemoryTask implements Task {
        private final TaskRequest request;
        private final TaskPort port;
        private final ByteBuffer cdb;

        MemoryTask(TaskRequest request, TaskPort port) {
            this.request = request;
            this.port = port;
            this.cdb = ByteBuffer.wrap(request.cdb());
        }

        void start() {
            switch (cdb.get(0) & 0xff) {
                case 0x00, 0x91 -> port.finish(GOOD, new byte[0], 0, 0);
                case 0x9e -> capacity();
                case 0x88 -> read();
                case 0x8a -> port.requestDataOut(bytes());
                case 0x93 -> port.requestDataOut(BLOCK);
                case 0x42 -> port.requestDataOut(cdb.getShort(7));
                case 0x89 -> port.requestDataOut(2 * BLOCK * cdb.get(13));
                default -> check(5, 0x20, 0);
            }
        }

        @Override
        public void dataOut(ByteBuffer data) {
            int bytes = data.remaining();
            switch (cdb.get(0) & 0xff) {
                case 0x8a -> data.get(memory, at(), bytes);
                case 0x93 -> {
                    for (int offset = 0; offset < bytes(); offset += BLOCK) {
                        data.get(0, memory, at() + offset, BLOCK);
                    }
                }
                case 0x42 ->
                    Arrays.fill(
                            memory,
                            (int) data.getLong(8) * BLOCK,
                            ((int) data.getLong(8) + data.getInt(16)) * BLOCK,
                            (byte) 0);
                default -> {
                    int half = bytes / 2;
                    if (!data.slice(0, half).equals(ByteBuffer.wrap(memory, at(), half))) {
                        check(0xe, 0x1d, 0);
                        return;
                    }
                    data.get(half, memory, at(), half);
                }
            }
            port.finish(GOOD, new byte[0], 0, bytes);
        }

        @Override
        public void dataOutFailed(int senseKey, int asc, int ascq) {
            check(senseKey, asc, ascq);
        }

        private void capacity() {
            ByteBuffer data = port.dataIn(32);
            data.put(new byte[32]);
            data.putLong(0, memory.length / BLOCK - 1L).putInt(8, BLOCK);
            port.finish(GOOD, new byte[0], 32, 32);
        }

        private void read() {
            if (at() + bytes() > memory.length) {
                check(5, 0x21, 0);
                return;
            }
            port.dataIn(bytes()).put(memory, at(), bytes());
            port.finish(GOOD, new byte[0], bytes(), bytes());
        }

        private int at() {
            return (int) cdb.getLong(2) * BLOCK;
        }

        private int bytes() {
            return cdb.getInt(10) * BLOCK;
        }

        private void check(int key, int asc, int ascq) {
            byte[] sense = new byte[18];
            sense[0] = 0x70;
            sense[2] = (byte) key;
            sense[7] = 10;
            sense[12] = (byte) asc;
            sense[13] = (byte) ascq;
            port.finish(CHECK_CONDITION, sense, 0, 0);
        }
    }
}
