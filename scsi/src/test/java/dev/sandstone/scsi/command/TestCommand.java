package dev.sandstone.scsi.command;

import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.engine.volume.Completion;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.CheckCondition;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.sense.SenseKey;
import dev.sandstone.scsi.task.ScsiStatus;
import dev.sandstone.scsi.unit.ItlNexus;
import dev.sandstone.scsi.unit.LogicalUnit;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A command of a handler's test: keeps the contract's promises and fails the test when the handler breaks its own. */
public final class TestCommand implements UnitCommand {
    private final LogicalUnit unit;
    private final ItlNexus nexus;
    private final CommandTable table;
    private final Cdb cdb;
    private final byte[] announced;
    private LunKind kind = LunKind.BLOCK_DEVICE;
    private int[] luns = {0};
    private boolean dataOutAsked;
    private boolean inventoryReported;
    private @Nullable ByteBuffer dataIn;
    private @Nullable ByteBuffer scratch;
    private @Nullable Object attachment;
    private @Nullable Outcome outcome;

    TestCommand(LogicalUnit unit, ItlNexus nexus, CommandTable table, byte[] cdb, byte[] dataOut) {
        this.unit = unit;
        this.nexus = nexus;
        this.table = table;
        this.cdb = new Cdb().wrap(Arrays.copyOf(cdb, Math.max(16, cdb.length)));
        this.announced = dataOut;
    }

    void lunKind(LunKind value, int... visible) {
        kind = value;
        luns = visible;
    }

    /** How it ended; fails when it has not. */
    public Outcome outcome() {
        if (outcome == null) {
            throw new AssertionError("the command has not ended");
        }
        return outcome;
    }

    public boolean hasEnded() {
        return outcome != null;
    }

    public boolean wasInventoryReported() {
        return inventoryReported;
    }

    void guard(Runnable action) {
        try {
            action.run();
        } catch (CheckCondition e) {
            check(e.sense());
        }
    }

    @Override
    public Cdb cdb() {
        return cdb;
    }

    @Override
    public LunKind lunKind() {
        return kind;
    }

    @Override
    public int[] luns() {
        return luns;
    }

    @Override
    public void inventoryReported() {
        inventoryReported = true;
    }

    @Override
    public CommandTable table() {
        return table;
    }

    @Override
    public LogicalUnit unit() {
        return unit;
    }

    @Override
    public ItlNexus nexus() {
        return nexus;
    }

    @Override
    public int dataOutBytes() {
        return announced.length;
    }

    @Override
    public ByteBuffer dataIn(int bytes) {
        if (dataIn != null) {
            throw new AssertionError("Data-In was lent already");
        }
        dataIn = garbage(bytes);
        return dataIn;
    }

    @Override
    public void dataOut(int bytes, DataOut next) {
        if (dataOutAsked) {
            throw new AssertionError("Data-Out was asked for already");
        }
        dataOutAsked = true;
        if (bytes > announced.length) {
            check(SenseData.illegal(AdditionalSense.INVALID_FIELD_IN_COMMAND_INFORMATION_UNIT));
            return;
        }
        ByteBuffer data =
                ByteBuffer.allocateDirect(bytes).put(announced, 0, bytes).flip();
        guard(() -> next.received(this, data));
    }

    @Override
    public void dataOutUpTo(int bytes, int unitBytes, DataOut next) {
        dataOut(Math.min(bytes, announced.length - announced.length % unitBytes), next);
    }

    @Override
    public ByteBuffer scratch(int bytes) {
        if (scratch != null || bytes > SCRATCH_BYTES) {
            throw new AssertionError("scratch: once a command, at most " + SCRATCH_BYTES + ", not " + bytes);
        }
        // More than was asked for lies behind the limit, as when the buffer served another command before.
        scratch = garbage(SCRATCH_BYTES).limit(bytes);
        return scratch;
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
    public void read(long lba, ByteBuffer dst, Step next) {
        unit.volume().read(lba, dst, then(next));
    }

    @Override
    public void write(long lba, ByteBuffer src, boolean fua, Step next) {
        unit.volume().write(lba, src, fua, then(next));
    }

    @Override
    public void compareAndWrite(long lba, ByteBuffer expected, ByteBuffer replacement, boolean fua, Step next) {
        unit.volume().compareAndWrite(lba, expected, replacement, fua, then(next));
    }

    @Override
    public void unmap(List<BlockRange> ranges, Step next) {
        unit.volume().unmap(ranges, then(next));
    }

    @Override
    public void writeZeros(BlockRange range, boolean fua, Step next) {
        unit.volume().writeZeros(range, fua, then(next));
    }

    @Override
    public void flush(Step next) {
        unit.volume().flush(then(next));
    }

    @Override
    public void perform(Operation operation, Step next) {
        operation.start(then(next));
    }

    @Override
    public void awaitJob(Operation job, Step next) {
        job.start(then(next));
    }

    @Override
    public void abortTasks(Predicate<ItlNexus> whose, Step next) {
        guard(() -> next.run(this));
    }

    @Override
    public void endOthers(SenseData why, Runnable then) {
        then.run();
    }

    @Override
    public void await(Work work, Step next) {
        work.start(then(next));
    }

    @Override
    public List<VisibleUnit> visibleUnits() {
        return List.of(new VisibleUnit(0, unit, nexus));
    }

    @Override
    public void good() {
        byte[] sent = new byte[0];
        if (dataIn != null) {
            sent = new byte[dataIn.limit()];
            dataIn.get(0, sent);
        }
        end(new Outcome(ScsiStatus.GOOD, null, sent));
    }

    @Override
    public void good(byte[] data, long allocationLength) {
        end(new Outcome(ScsiStatus.GOOD, null, Arrays.copyOf(data, (int) Math.min(data.length, allocationLength))));
    }

    @Override
    public void check(SenseData sense) {
        end(new Outcome(ScsiStatus.CHECK_CONDITION, sense, new byte[0]));
    }

    @Override
    public void status(int status) {
        end(new Outcome(status, null, new byte[0]));
    }

    private Completion then(Step next) {
        return (status, detail) -> {
            if (status == EngineStatus.OK) {
                guard(() -> next.run(this));
            } else {
                check(senseOf(status, detail));
            }
        };
    }

    private static SenseData senseOf(EngineStatus status, long detail) {
        return switch (status) {
            case MISCOMPARE ->
                SenseData.of(SenseKey.MISCOMPARE, AdditionalSense.MISCOMPARE_DURING_VERIFY_OPERATION)
                        .withInformation(detail);
            case MEDIUM_ERROR ->
                SenseData.of(SenseKey.MEDIUM_ERROR, AdditionalSense.UNRECOVERED_READ_ERROR)
                        .withInformation(detail);
            case SPACE_EXHAUSTED ->
                SenseData.of(SenseKey.DATA_PROTECT, AdditionalSense.SPACE_ALLOCATION_FAILED_WRITE_PROTECT);
            default -> SenseData.of(SenseKey.HARDWARE_ERROR, AdditionalSense.INTERNAL_TARGET_FAILURE);
        };
    }

    private static ByteBuffer garbage(int bytes) {
        byte[] fill = new byte[bytes];
        Arrays.fill(fill, (byte) 0xDB);
        return ByteBuffer.allocateDirect(bytes).put(fill).flip();
    }

    private void end(Outcome how) {
        if (outcome != null) {
            throw new AssertionError("ended twice: " + outcome.text() + ", then " + how.text());
        }
        outcome = how;
    }
}
