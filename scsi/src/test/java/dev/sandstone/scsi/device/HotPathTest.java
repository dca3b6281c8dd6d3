package dev.sandstone.scsi.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.loop.QueueLoop;
import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.engine.volume.Completion;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.ExtentStatus;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.WritePolicy;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.TaskAttribute;
import dev.sandstone.scsi.task.TaskPort;
import dev.sandstone.scsi.task.TaskRequest;
import dev.sandstone.scsi.unit.LogicalUnit;
import dev.sandstone.scsi.unit.UnitAttributes;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A read from memory runs from submit to finish on the calling thread and makes no garbage. */
class HotPathTest {
    private static final int COMMANDS = 20_000;

    /** Completes at once and does nothing. */
    private record NullVolume(ShardLoop loop, VolumeId id) implements Volume {
        @Override
        public long blocks() {
            return 1 << 20;
        }

        @Override
        public WritePolicy writePolicy() {
            return WritePolicy.DURABLE;
        }

        @Override
        public void read(long lba, ByteBuffer dst, Completion done) {
            done.done(EngineStatus.OK, 0);
        }

        @Override
        public void write(long lba, ByteBuffer src, boolean fua, Completion done) {
            done.done(EngineStatus.OK, 0);
        }

        @Override
        public void compareAndWrite(long lba, ByteBuffer expected, ByteBuffer next, boolean fua, Completion done) {
            done.done(EngineStatus.OK, 0);
        }

        @Override
        public void extents(BlockRange range, List<ExtentStatus> into, int most, Completion done) {
            done.done(EngineStatus.OK, 0);
        }

        @Override
        public byte @Nullable [] annex(int kind) {
            return null;
        }

        @Override
        public void keepAnnex(int kind, byte[] bytes, Completion done) {
            done.done(EngineStatus.OK, 0);
        }

        @Override
        public void unmap(List<BlockRange> ranges, Completion done) {
            done.done(EngineStatus.OK, 0);
        }

        @Override
        public void writeZeros(BlockRange range, boolean fua, Completion done) {
            done.done(EngineStatus.OK, 0);
        }

        @Override
        public void flush(Completion done) {
            done.done(EngineStatus.OK, 0);
        }
    }

    /** A transport that counts. */
    private static final class CountingPort implements TaskPort {
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
        private int good;

        @Override
        public ByteBuffer dataIn(int bytes) {
            return buffer;
        }

        @Override
        public void requestDataOut(int bytes) {
            throw new AssertionError("a read");
        }

        @Override
        public void finish(int status, byte[] sense, int dataInBytes, long transferBytes) {
            good += status == 0 && dataInBytes == 4096 ? 1 : 0;
        }

        @Override
        public void aborted() {
            throw new AssertionError("nobody aborts");
        }
    }

    @Test
    void readsMakeNoGarbage() throws JMException {
        VolumeId id = new VolumeId(new UUID(1, 2));
        Volume volume = new NullVolume(new QueueLoop(), id);
        LogicalUnit unit = new LogicalUnit(volume, UnitAttributes.of(id.uuid(), 4096, false), false);
        DeviceServer server = new DeviceServer(unit, StandardCommands.table());
        TargetDevice device = new TargetDevice(
                "iqn.test", server.table(), initiator -> List.of(new LunEntry(0, server, false)), DeviceBench.PORTS);
        Nexus nexus = device.openNexus("host,i,1", "host", 1);
        CountingPort port = new CountingPort();
        byte[] cdb = {0x28, 0, 0, 0, 0, 8, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0};
        TaskRequest read = new TaskRequest(0, cdb, TaskAttribute.SIMPLE, 1, 0, 4096);
        // The first reports a unit attention.
        run(nexus, port, read, COMMANDS + 1);
        assertThat(port.good).isEqualTo(COMMANDS);
        long before = allocatedBytes();
        run(nexus, port, read, COMMANDS);
        long bytes = allocatedBytes() - before;
        assertThat(port.good).isEqualTo(2 * COMMANDS);
        assertThat(bytes / COMMANDS).as("bytes a read").isZero();
    }

    /** What this thread has allocated so far; asking costs some itself. */
    private static long allocatedBytes() throws JMException {
        ObjectName threading = new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME);
        return (Long) ManagementFactory.getPlatformMBeanServer().getAttribute(threading, "CurrentThreadAllocatedBytes");
    }

    private static void run(Nexus nexus, TaskPort port, TaskRequest request, int count) {
        for (int i = 0; i < count; i++) {
            nexus.submit(request, port);
        }
    }
}
