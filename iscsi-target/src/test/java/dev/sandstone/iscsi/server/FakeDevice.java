package dev.sandstone.iscsi.server;

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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A device with one LUN (0) of memory that understands a vendor's commands only, the simplest that exercise a transport:
 *
 * <pre>
 *   C0 read    bytes at CDB 2..5 to bring, start at CDB 6..9
 *   C1 write   bytes at CDB 2..5 to take, start at CDB 6..9
 *   C2 sense   CHECK CONDITION 05/20/00
 *   C3 hold    never ends but by abort
 *   C4 nothing GOOD
 *   C5 read and hold: lends a buffer, never ends but by abort
 * </pre>
 *
 * <p>Runs on the caller's thread, or on an executor of its own to exercise hand-over between loops.
 */
final class FakeDevice implements ScsiDevice {
    static final int READ = 0xc0;
    static final int WRITE = 0xc1;
    static final int SENSE = 0xc2;
    static final int HOLD = 0xc3;
    static final int NOTHING = 0xc4;
    static final int READ_AND_HOLD = 0xc5;
    static final byte[] ILLEGAL_REQUEST = {0x70, 0, 5, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0};

    private final byte[] memory;
    private final @Nullable Executor loop;
    private final Object lock = new Object();
    final List<FakeNexus> opened = new CopyOnWriteArrayList<>();
    private final List<Runnable> heldFunctions = new CopyOnWriteArrayList<>();
    private volatile boolean holdsFunctions;

    FakeDevice(int size, @Nullable Executor loop) {
        memory = new byte[size];
        this.loop = loop;
    }

    byte[] memory() {
        return memory;
    }

    /** From now on task management functions are answered at {@link #releaseFunctions} only. */
    void holdFunctions() {
        holdsFunctions = true;
    }

    void releaseFunctions() {
        holdsFunctions = false;
        heldFunctions.forEach(Runnable::run);
    }

    @Override
    public Nexus openNexus(String initiatorPort, String initiatorName, int relativeTargetPort) {
        FakeNexus nexus = new FakeNexus(initiatorPort);
        opened.add(nexus);
        return nexus;
    }

    /** Nexuses that were opened and not closed. */
    List<FakeNexus> open() {
        return opened.stream().filter(nexus -> nexus.loss == null).toList();
    }

    private void onLoop(Runnable action) {
        Executor executor = loop;
        if (executor == null) {
            action.run();
        } else {
            executor.execute(action);
        }
    }

    final class FakeNexus implements Nexus {
        final String port;
        final List<FakeTask> tasks = new ArrayList<>();
        final List<TaskFunction> functions = new CopyOnWriteArrayList<>();
        volatile @Nullable NexusLoss loss;

        FakeNexus(String port) {
            this.port = port;
        }

        int taskCount() {
            synchronized (lock) {
                return tasks.size();
            }
        }

        @Override
        public Task submit(TaskRequest request, TaskPort port) {
            FakeTask task = new FakeTask(this, request, port);
            onLoop(task::start);
            return task;
        }

        @Override
        public void manage(TaskFunction function, long lun, long tag, Consumer<TaskFunctionResult> done) {
            functions.add(function);
            onLoop(() -> {
                boolean one = function == TaskFunction.ABORT_TASK;
                boolean found = false;
                for (FakeTask task : snapshot()) {
                    if (!one || task.request.tag() == tag) {
                        found = true;
                        task.abort();
                    }
                }
                TaskFunctionResult result =
                        one && !found ? TaskFunctionResult.NO_SUCH_TASK : TaskFunctionResult.COMPLETE;
                if (holdsFunctions) {
                    heldFunctions.add(() -> done.accept(result));
                } else {
                    done.accept(result);
                }
            });
        }

        @Override
        public void run(long lun, Runnable action) {
            onLoop(action);
        }

        @Override
        public void close(NexusLoss reason, Runnable done) {
            loss = reason;
            onLoop(() -> {
                snapshot().forEach(FakeTask::abort);
                done.run();
            });
        }

        private List<FakeTask> snapshot() {
            synchronized (lock) {
                return List.copyOf(tasks);
            }
        }
    }

    final class FakeTask implements Task {
        private final FakeNexus nexus;
        final TaskRequest request;
        private final TaskPort port;
        private boolean over;

        FakeTask(FakeNexus nexus, TaskRequest request, TaskPort port) {
            this.nexus = nexus;
            this.request = request;
            this.port = port;
        }

        void start() {
            synchronized (lock) {
                nexus.tasks.add(this);
            }
            ByteBuffer cdb = ByteBuffer.wrap(request.cdb());
            int bytes = cdb.getInt(2);
            int at = cdb.getInt(6);
            boolean inside = bytes >= 0 && at >= 0 && bytes <= memory.length - at;
            switch (inside ? cdb.get(0) & 0xff : SENSE) {
                case READ -> {
                    port.dataIn(bytes).put(memory, at, bytes);
                    finish(0, new byte[0], bytes, bytes);
                }
                case READ_AND_HOLD -> port.dataIn(bytes).put(memory, at, bytes);
                case WRITE -> {
                    if (bytes > request.dataOutBytes()) {
                        finish(2, ILLEGAL_REQUEST, 0, bytes);
                    } else {
                        port.requestDataOut(bytes);
                    }
                }
                case HOLD -> {}
                case NOTHING -> finish(0, new byte[0], 0, 0);
                default -> finish(2, ILLEGAL_REQUEST, 0, 0);
            }
        }

        @Override
        public void dataOut(ByteBuffer data) {
            ByteBuffer cdb = ByteBuffer.wrap(request.cdb());
            int bytes = data.remaining();
            if (bytes != cdb.getInt(2) || !data.isDirect()) {
                throw new IllegalStateException("Data-Out of " + bytes + " bytes");
            }
            data.get(memory, cdb.getInt(6), bytes);
            finish(0, new byte[0], 0, bytes);
        }

        @Override
        public void dataOutFailed(int senseKey, int asc, int ascq) {
            if (!over) {
                byte[] sense = Arrays.copyOf(ILLEGAL_REQUEST, ILLEGAL_REQUEST.length);
                sense[2] = (byte) senseKey;
                sense[12] = (byte) asc;
                sense[13] = (byte) ascq;
                finish(2, sense, 0, 0);
            }
        }

        private void finish(int status, byte[] sense, int dataInBytes, long transferBytes) {
            end();
            port.finish(status, sense, dataInBytes, transferBytes);
        }

        void abort() {
            if (!over) {
                end();
                port.aborted();
            }
        }

        private void end() {
            over = true;
            synchronized (lock) {
                nexus.tasks.remove(this);
            }
        }
    }
}
