package dev.sandstone.copy.command;

import dev.sandstone.copy.job.CopyPlan;
import dev.sandstone.engine.volume.Completion;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.scsi.cdb.ParameterList;
import dev.sandstone.scsi.command.UnitCommand;
import dev.sandstone.scsi.command.UnitCommand.Work;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.CheckCondition;
import java.util.function.Function;

/** EXTENDED COPY(LID1) and (LID4) (SPC-4 6.4, 6.5), COPY OPERATION ABORT (6.3). */
final class ExtendedCopy {
    private static final int PARAMETER_LIST_LENGTH = 10;

    private final CopyManager manager;
    private final Originator originator;

    ExtendedCopy(CopyManager manager, Originator originator) {
        this.manager = manager;
        this.originator = originator;
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
                command.cdb().bits(1, 4, 0),
                parameters.immediate(),
                ended -> manager.copier(command.unit()).job(plan, ended));
        boolean named = parameters.usage() != CopyParameters.ListIdUsage.NONE;
        originator.begin(command, operation, named ? parameters.listId() : Originator.UNNAMED);
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
