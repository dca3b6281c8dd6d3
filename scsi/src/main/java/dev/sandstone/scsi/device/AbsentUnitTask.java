package dev.sandstone.scsi.device;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.CommandRow;
import dev.sandstone.scsi.command.CommandTable;
import dev.sandstone.scsi.command.DeviceCommand;
import dev.sandstone.scsi.command.DeviceCommandHandler;
import dev.sandstone.scsi.command.LunKind;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.CheckCondition;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.sense.SenseKey;
import dev.sandstone.scsi.task.ScsiStatus;
import dev.sandstone.scsi.task.Task;
import dev.sandstone.scsi.task.TaskPort;
import dev.sandstone.scsi.task.TaskRequest;
import dev.sandstone.scsi.unit.Route;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A command to a LUN without a block device: ends inside {@link #start}, on the caller's thread. */
final class AbsentUnitTask implements Task, DeviceCommand {
    private static final Logger LOG = LoggerFactory.getLogger(AbsentUnitTask.class);
    private static final byte[] NO_SENSE = {};

    private final DeviceNexus nexus;
    private final LunKind kind;
    private final Cdb cdb;
    private final TaskPort port;
    private final LunInventory inventory;
    private @Nullable CommandTable served;
    private @Nullable ByteBuffer dataIn;
    private boolean ended;

    AbsentUnitTask(DeviceNexus nexus, LunKind kind, TaskRequest request, TaskPort port) {
        this.nexus = nexus;
        this.kind = kind;
        this.cdb = new Cdb().wrap(request.cdb());
        this.port = port;
        this.inventory = nexus.inventory();
    }

    AbsentUnitTask start(CommandTable table) {
        served = table;
        CommandRow row = table.find(cdb);
        DeviceCommandHandler handler = row == null ? null : row.withoutUnit();
        if (row == null || handler == null) {
            check(refusal());
            return this;
        }
        try {
            row.checkReserved(cdb);
            handler.start(this);
        } catch (CheckCondition e) {
            check(e.sense());
        } catch (RuntimeException e) {
            LOG.error("{} without a unit failed", row, e);
            check(SenseData.of(SenseKey.HARDWARE_ERROR, AdditionalSense.INTERNAL_TARGET_FAILURE));
        }
        return this;
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
    public Route route() {
        return nexus.route();
    }

    @Override
    public int[] luns() {
        return inventory.luns();
    }

    @Override
    public void inventoryReported() {
        nexus.reported(inventory.generation());
    }

    @Override
    public CommandTable table() {
        if (served == null) {
            throw new IllegalStateException("not started");
        }
        return served;
    }

    @Override
    public ByteBuffer dataIn(int bytes) {
        ByteBuffer lent = port.dataIn(bytes);
        dataIn = lent;
        return lent;
    }

    @Override
    public void good() {
        int bytes = dataIn == null ? 0 : dataIn.limit();
        finish(ScsiStatus.GOOD, NO_SENSE, bytes);
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
        finish(ScsiStatus.CHECK_CONDITION, sense.encode(false), 0);
    }

    @Override
    public void dataOut(ByteBuffer data) {
        // It has ended.
    }

    @Override
    public void dataOutFailed(int senseKey, int asc, int ascq) {
        // It has ended.
    }

    private SenseData refusal() {
        return SenseData.illegal(
                kind == LunKind.ABSENT
                        ? AdditionalSense.LOGICAL_UNIT_NOT_SUPPORTED
                        : AdditionalSense.INVALID_COMMAND_OPERATION_CODE);
    }

    private void finish(int status, byte[] sense, int dataInBytes) {
        if (!ended) {
            ended = true;
            port.finish(status, sense, dataInBytes, dataInBytes);
        }
    }
}
