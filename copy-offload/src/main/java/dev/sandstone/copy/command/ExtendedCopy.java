package dev.sandstone.copy.command;

import dev.sandstone.copy.job.CopyPlan;
import dev.sandstone.engine.volume.Completion;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.scsi.cdb.ParameterList;
import dev.sandstone.scsi.command.UnitCommand;
import dev.sandstone.scsi.command.UnitCommand.Work;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.CheckCondition;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.sense.SenseKey;
import dev.sandstone.scsi.task.ScsiStatus;
import java.util.function.Function;

/** EXTENDED COPY(LID1) and (LID4) (SPC-4 6.4, 6.5), COPY OPERATION ABORT (6.3). */
final class ExtendedCopy {
    private static final SenseData CLEARED =
            SenseData.of(SenseKey.COPY_ABORTED, AdditionalSense.COMMANDS_CLEARED_BY_DEVICE_SERVER);
    private static final int PARAMETER_LIST_LENGTH = 10;

    private final CopyManager manager;

    ExtendedCopy(CopyManager manager) {
        this.manager = manager;
    }

    void lid1(UnitCommand command) {
        start(command, CopyParameters.LID1_HEADER, CopyParameters::lid1);
    }

    void lid4(UnitCommand command) {
        start(command, CopyParameters.LID4_HEADER, CopyParameters::lid4);
    }

    private void start(UnitCommand command, int header, Function<ParameterList, CopyParameters> parser) {
        long length = command.cdb().u32(PARAMETER_LIST_LENGTH);
        if (length == 0) {
            command.good();
        } else if (length < header || length > header + CopyLimits.DESCRIPTOR_BYTES) {
            throw CheckCondition.illegal(AdditionalSense.PARAMETER_LIST_LENGTH_ERROR);
        } else {
            command.dataOut((int) length, (same, data) -> received(same, parser.apply(new ParameterList(data))));
        }
    }

    private void received(UnitCommand command, CopyParameters parameters) {
        CopyPlan plan = CopyPlanner.plan(command.visibleUnits(), parameters);
        CopyOperation operation = new CopyOperation(
                command.cdb().bits(1, 4, 0), parameters.immediate(), manager.copier(command.unit()), plan);
        boolean named = parameters.usage() != CopyParameters.ListIdUsage.NONE;
        begin(command, operation, named ? parameters.listId() : UNNAMED);
    }

    /** For operations that no list identifier names. */
    static final long UNNAMED = -1;

    /** Starts an operation; the command ends with it, or now when the operation goes on in the background. */
    void begin(UnitCommand command, CopyOperation operation, long listId) {
        UnitCopies copies = manager.copies(command.unit());
        CopyOperation same = copies.find(command.nexus(), listId);
        if (same != null && same.isRunning()) {
            throw CheckCondition.illegal(AdditionalSense.OPERATION_IN_PROGRESS);
        }
        if (copies.full()) {
            command.status(ScsiStatus.BUSY);
            return;
        }
        if (listId == UNNAMED) {
            copies.addUnnamed(command.nexus(), operation);
        } else {
            copies.add(command.nexus(), listId, operation);
        }
        if (operation.isBackground()) {
            operation.start();
            command.good();
        } else {
            command.await(foreground(operation), ended -> end(ended, operation));
        }
    }

    private static Work foreground(CopyOperation operation) {
        return new Work() {
            @Override
            public void start(Completion done) {
                operation.onEnd(() -> done.done(EngineStatus.OK, 0));
                operation.start();
            }

            @Override
            public void cancel() {
                operation.abort(() -> {});
            }
        };
    }

    private static void end(UnitCommand command, CopyOperation operation) {
        SenseData sense = operation.sense();
        if (sense != null) {
            command.check(sense);
        } else if (operation.status() == CopyOperation.TERMINATED) {
            command.check(CLEARED);
        } else {
            command.good();
        }
    }

    void abort(UnitCommand command) {
        CopyOperation operation = manager.copies(command.unit())
                .find(command.nexus(), command.cdb().u32(2));
        if (operation == null || !operation.isRunning()) {
            throw command.cdb().invalid(2);
        }
        command.await(
                new Work() {
                    @Override
                    public void start(Completion done) {
                        operation.abort(() -> done.done(EngineStatus.OK, 0));
                    }

                    @Override
                    public void cancel() {
                        // The copy ends all the same.
                    }
                },
                UnitCommand::good);
    }
}
