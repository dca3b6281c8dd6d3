package dev.sandstone.scsi.device;

import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.engine.volume.Completion;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.CommandTable;
import dev.sandstone.scsi.command.DataOut;
import dev.sandstone.scsi.command.LunKind;
import dev.sandstone.scsi.command.Step;
import dev.sandstone.scsi.command.UnitCommand;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.task.TaskPort;
import dev.sandstone.scsi.task.TaskRequest;
import dev.sandstone.scsi.unit.ItlNexus;
import dev.sandstone.scsi.unit.LogicalUnit;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A command on a logical unit, as its handler sees it. It is the completion of its own engine operations. */
final class UnitTask extends TaskLife implements UnitCommand, Completion {
    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    private final LogicalUnit unit;
    private final Volume volume;
    private final Cdb cdb = new Cdb();
    private DeviceNexus nexus;
    private LunInventory inventory = LunInventory.NONE;
    private @Nullable ByteBuffer dataIn;
    private @Nullable ByteBuffer scratch;
    private int memoryTaken;
    private @Nullable Object attachment;
    private @Nullable DataOut onData;
    private @Nullable Step next;
    private @Nullable Work work;
    private EngineStatus status = EngineStatus.OK;
    private long detail;

    // The nexus is set by assign, before anything can be called.
    @SuppressWarnings("NullAway.Init")
    UnitTask(DeviceServer server) {
        super(server);
        this.unit = server.unit();
        this.volume = unit.volume();
    }

    void assign(DeviceNexus from, ItlNexus itl, TaskRequest request, TaskPort port) {
        assign(itl, request, port);
        nexus = from;
        cdb.wrap(request.cdb());
    }

    @Override
    void begin() {
        CommandGate.enter(this);
    }

    @Override
    void received(ByteBuffer data) {
        if (onData != null) {
            onData.received(this, data);
        }
    }

    @Override
    void resumed() {
        if (status == EngineStatus.OK) {
            if (next != null) {
                next.run(this);
            }
            return;
        }
        SenseData sense = EngineOutcome.sense(status, detail);
        if (sense == null) {
            finishBusy();
        } else {
            fail(sense);
        }
    }

    @Override
    void release() {
        if (scratch != null) {
            server().memory().returnScratch(scratch);
        }
        if (memoryTaken > 0) {
            server().memory().give(memoryTaken);
        }
        memoryTaken = 0;
        scratch = null;
        dataIn = null;
        attachment = null;
        onData = null;
        next = null;
        work = null;
    }

    @Override
    boolean cancelWork() {
        if (work == null) {
            return false;
        }
        work.cancel();
        return true;
    }

    @Override
    public Cdb cdb() {
        return cdb;
    }

    @Override
    public LunKind lunKind() {
        return LunKind.BLOCK_DEVICE;
    }

    @Override
    public int[] luns() {
        inventory = nexus.inventory();
        return inventory.luns();
    }

    @Override
    public void inventoryReported() {
        nexus.reported(inventory.generation());
    }

    @Override
    public CommandTable table() {
        return server().table();
    }

    @Override
    public LogicalUnit unit() {
        return unit;
    }

    @Override
    public ItlNexus nexus() {
        return itl();
    }

    @Override
    public int dataOutBytes() {
        return request().dataOutBytes();
    }

    @Override
    public ByteBuffer dataIn(int bytes) {
        if (dataIn != null) {
            throw new IllegalStateException("Data-In was lent already");
        }
        takeMemory(bytes);
        ByteBuffer lent = port().dataIn(bytes);
        dataIn = lent;
        return lent;
    }

    @Override
    public void dataOut(int bytes, DataOut then) {
        requireDataOut(bytes);
        if (bytes == 0) {
            then.received(this, NOTHING);
        } else if (bytes > dataOutBytes()) {
            failShortOf(bytes);
        } else {
            onData = then;
            awaitDataOut(bytes, bytes);
        }
    }

    @Override
    public void dataOutUpTo(int bytes, int unitBytes, DataOut then) {
        requireDataOut(bytes);
        int announced = dataOutBytes() - dataOutBytes() % unitBytes;
        if (bytes <= announced) {
            dataOut(bytes, then);
        } else if (announced > 0) {
            onData = then;
            awaitDataOut(announced, bytes);
        } else {
            wantsDataOut(bytes);
            then.received(this, NOTHING);
        }
    }

    @Override
    public ByteBuffer scratch(int bytes) {
        if (scratch != null || bytes > SCRATCH_BYTES) {
            throw new IllegalStateException("scratch of " + bytes + " bytes, or a second one");
        }
        int capacity = bytes <= 4096 ? 4096 : SCRATCH_BYTES;
        takeMemory(capacity);
        scratch = server().memory().lendScratch(capacity);
        return scratch.limit(bytes);
    }

    @Override
    public @Nullable Object attachment() {
        return attachment;
    }

    @Override
    public void attach(Object state) {
        attachment = state;
    }

    @Override
    public void read(long lba, ByteBuffer dst, Step then) {
        if (into(then)) {
            volume.read(lba, dst, this);
            engineEntered();
        }
    }

    @Override
    public void write(long lba, ByteBuffer src, boolean fua, Step then) {
        if (into(then)) {
            volume.write(lba, src, fua, this);
            engineEntered();
        }
    }

    @Override
    public void compareAndWrite(long lba, ByteBuffer expected, ByteBuffer replacement, boolean fua, Step then) {
        if (into(then)) {
            volume.compareAndWrite(lba, expected, replacement, fua, this);
            engineEntered();
        }
    }

    @Override
    public void unmap(List<BlockRange> ranges, Step then) {
        if (into(then)) {
            volume.unmap(ranges, this);
            engineEntered();
        }
    }

    @Override
    public void writeZeros(BlockRange range, boolean fua, Step then) {
        if (into(then)) {
            volume.writeZeros(range, fua, this);
            engineEntered();
        }
    }

    @Override
    public void flush(Step then) {
        if (into(then)) {
            volume.flush(this);
            engineEntered();
        }
    }

    @Override
    public void perform(Operation operation, Step then) {
        if (into(then)) {
            operation.start(this);
            engineEntered();
        }
    }

    @Override
    public void await(Work waited, Step then) {
        if (into(then)) {
            work = waited;
            waited.start(this);
            engineEntered();
        }
    }

    @Override
    public void awaitJob(Operation job, Step then) {
        long number = awaitJob();
        next = then;
        job.start((result, info) -> {
            if (jobEnded(number)) {
                done(result, info);
            }
        });
    }

    @Override
    public void abortTasks(Predicate<ItlNexus> whose, Step then) {
        if (into(then)) {
            server().abortOthers(this, whose, () -> done(EngineStatus.OK, 0));
            engineEntered();
        }
    }

    @Override
    public void endOthers(SenseData why, Runnable then) {
        server().endOthers(this, why, then);
    }

    @Override
    public List<VisibleUnit> visibleUnits() {
        return nexus.inventory().links().stream()
                .map(link -> new VisibleUnit(link.lun(), link.server().unit(), link.itl()))
                .toList();
    }

    @Override
    public void done(EngineStatus result, long info) {
        work = null;
        status = result;
        detail = info;
        leaveEngine();
    }

    @Override
    public void good() {
        finishGood(dataIn == null ? 0 : dataIn.limit());
    }

    @Override
    public void good(byte[] data, long allocationLength) {
        int bytes = (int) Math.min(data.length, allocationLength);
        if (bytes > 0) {
            dataIn(bytes).put(0, data, 0, bytes);
        }
        good();
    }

    @Override
    public void check(SenseData sense) {
        fail(sense);
    }

    @Override
    public void status(int code) {
        finish(code, 0);
    }

    private boolean into(Step then) {
        if (!enterEngine()) {
            return false;
        }
        next = then;
        return true;
    }

    private void takeMemory(int bytes) {
        if (!server().memory().take(bytes)) {
            throw new Saturated();
        }
        memoryTaken += bytes;
    }
}
