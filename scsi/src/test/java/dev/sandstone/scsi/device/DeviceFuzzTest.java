package dev.sandstone.scsi.device;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.HeapVolume;
import dev.sandstone.scsi.device.DeviceBench.Sent;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.NexusLoss;
import dev.sandstone.scsi.task.TaskAttribute;
import dev.sandstone.scsi.task.TaskFunction;
import dev.sandstone.scsi.task.TaskFunctionResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A whole device under any sequence of CDBs, parameter data, late and failed data, engine failures, time and task management: no
 * exception, one end for each task, one answer for each function, nothing written outside a lent buffer or after the end.
 *
 * <p>The input is a sequence of operations of one byte and its operands; see {@link #step}.
 */
class DeviceFuzzTest {
    private static final int MOST_STEPS = 64;
    private static final int MOST_DATA = 8192;
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LONGEST_JOB_NANOS = TimeUnit.MINUTES.toNanos(2);
    private static final List<TaskFunction> FUNCTIONS = List.of(TaskFunction.values());

    private final List<Sent> sent = new ArrayList<>();
    private final List<List<TaskFunctionResult>> functions = new ArrayList<>();
    private DeviceBench bench = new DeviceBench();
    private DeviceServer server = bench.server();
    private HeapVolume volume = DeviceBench.volume(server);
    private Nexus[] nexuses = {};

    @FuzzTest(maxDuration = "20s")
    void commands(byte[] input) {
        sent.clear();
        functions.clear();
        bench = new DeviceBench();
        server = bench.server();
        volume = DeviceBench.volume(server);
        bench.map("one", new LunEntry(0, server, false));
        bench.map("two", new LunEntry(1, server, true));
        nexuses = new Nexus[] {bench.openQuiet("one", 0), bench.openQuiet("two", 1)};
        ByteBuffer in = ByteBuffer.wrap(input);
        for (int i = 0; i < MOST_STEPS && in.hasRemaining(); i++) {
            step(in);
        }
        finish();
    }

    private void step(ByteBuffer in) {
        int operation = in.get() & 0xFF;
        Nexus nexus = nexuses[operation >>> 7];
        switch (operation & 0x07) {
            case 0, 1, 2, 3 -> submit(nexus, operation, in);
            case 4 -> deliver((operation & 0x08) != 0);
            case 5 -> engine((operation >>> 3) & 0x0F, next(in));
            case 6 -> {
                TaskFunction function = FUNCTIONS.get(next(in) % FUNCTIONS.size());
                functions.add(DeviceBench.manage(nexus, function, next(in) % 3, next(in)));
            }
            default -> {
                nexuses[operation >>> 7].close(NexusLoss.REINSTATED, () -> {});
                nexuses[operation >>> 7] = bench.open(operation >>> 7 == 0 ? "one" : "two");
            }
        }
    }

    /** Bits 6-5 choose the LUN, bit 4 announces Data-Out, bit 3 asks for ORDERED; then 16 bytes CDB, 2 length, data. */
    private void submit(Nexus nexus, int operation, ByteBuffer in) {
        byte[] cdb = new byte[16];
        in.get(cdb, 0, Math.min(16, in.remaining()));
        byte[] data = {};
        if ((operation & 0x10) != 0) {
            data = new byte[(next(in) * 256 + next(in)) % (MOST_DATA + 1)];
            in.get(data, 0, Math.min(data.length, in.remaining()));
        }
        long lun = LunAddress.encode((operation >>> 5) & 3);
        TaskAttribute attribute = (operation & 0x08) != 0 ? TaskAttribute.ORDERED : TaskAttribute.SIMPLE;
        sent.add(bench.startAt(nexus, lun, attribute, cdb, data));
    }

    private void deliver(boolean fail) {
        for (Sent task : sent) {
            if (task.port().wantsData()) {
                if (fail) {
                    task.task().dataOutFailed(0x0B, 0x47, 0x05);
                } else {
                    task.port().deliver(task.task());
                }
                return;
            }
        }
    }

    private void engine(int what, int which) {
        if (what == 0) {
            volume.hold();
        } else if (what == 1) {
            volume.releaseAll();
        } else if (what == 2) {
            volume.resize(Math.max(8, which * 8));
        } else if (what < 8) {
            List<EngineStatus> all = List.of(EngineStatus.values());
            volume.failNext(all.get(which % all.size()), which);
        } else if (what == 8) {
            bench.loop().advance(which * STEP_NANOS);
        } else if (volume.held() > 0) {
            volume.release(which % volume.held());
        }
    }

    private void finish() {
        volume.releaseAll();
        for (int i = 0; i <= MOST_STEPS; i++) {
            deliver(false);
            // A format or a sanitize takes its steps at a distance, and the next in the queue may start another.
            bench.loop().advance(LONGEST_JOB_NANOS);
        }
        for (Sent task : sent) {
            require(task.port().ended(), "a task has not ended");
            task.port().assertUntouchedSinceEnd();
        }
        for (List<TaskFunctionResult> results : functions) {
            require(results.size() == 1, "a function was answered " + results);
        }
    }

    private static int next(ByteBuffer in) {
        return in.hasRemaining() ? in.get() & 0xFF : 0;
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}
