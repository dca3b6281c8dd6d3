package dev.sandstone.bench.steps;

import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.scsi.access.TargetPorts;
import dev.sandstone.scsi.device.DeviceServer;
import dev.sandstone.scsi.device.LunEntry;
import dev.sandstone.scsi.device.StandardCommands;
import dev.sandstone.scsi.device.TargetDevice;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.Task;
import dev.sandstone.scsi.task.TaskAttribute;
import dev.sandstone.scsi.task.TaskPort;
import dev.sandstone.scsi.task.TaskRequest;
import dev.sandstone.scsi.unit.LogicalUnit;
import dev.sandstone.scsi.unit.UnitAttributes;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** From a CDB to its status: command table, task set, checks, handler, over a volume that does nothing. */
@State(Scope.Thread)
public class DispatchSteps {
    private static final int BLOCK = 4096;

    private final Port port = new Port();
    private final TaskRequest read = request(0x28, 0, BLOCK);
    private final TaskRequest write = request(0x2A, BLOCK, 0);
    private final TaskRequest ready = new TaskRequest(0, new byte[16], TaskAttribute.SIMPLE, 1, 0, 0);
    private final Nexus nexus = nexus();

    private static TaskRequest request(int opcode, int out, int in) {
        byte[] cdb = {(byte) opcode, 0, 0, 0, 0, 8, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0};
        return new TaskRequest(0, cdb, TaskAttribute.SIMPLE, 1, out, in);
    }

    private Nexus nexus() {
        VolumeId id = new VolumeId(new UUID(1, 2));
        UnitAttributes attributes = UnitAttributes.of(id.uuid(), BLOCK, false);
        LogicalUnit unit = new LogicalUnit(new IdleVolume(new InlineLoop(), id), attributes, false);
        DeviceServer server = new DeviceServer(unit, StandardCommands.table());
        TargetDevice device = new TargetDevice(
                "iqn.2026-11.dev.sandstone.bench:steps",
                StandardCommands.table(),
                initiator -> List.of(new LunEntry(0, server, false)),
                TargetPorts.each(1));
        Nexus opened = device.openNexus("host,i,1", "host", 1);
        // The first command is told of the power on.
        opened.submit(ready, port);
        return opened;
    }

    @Benchmark
    public int testUnitReady() {
        nexus.submit(ready, port);
        return port.good();
    }

    @Benchmark
    public int read4k() {
        nexus.submit(read, port);
        return port.good();
    }

    @Benchmark
    public int write4k() {
        Task task = nexus.submit(write, port);
        task.dataOut(port.buffer);
        return port.good();
    }

    /** A transport that only counts. */
    private static final class Port implements TaskPort {
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(BLOCK);
        private @Nullable String failure;
        private int good;

        int good() {
            if (failure != null) {
                throw new IllegalStateException(failure);
            }
            return good;
        }

        @Override
        public ByteBuffer dataIn(int bytes) {
            return buffer;
        }

        @Override
        public void requestDataOut(int bytes) {
            good++;
        }

        @Override
        public void finish(int status, byte[] sense, int dataInBytes, long transferBytes) {
            good++;
            failure = status == 0 || good == 1 ? null : "status " + status;
        }

        @Override
        public void aborted() {
            failure = "aborted";
        }
    }
}
