package dev.sandstone.copy.command;

import dev.sandstone.engine.volume.Completion;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.scsi.command.UnitCommand;
import dev.sandstone.scsi.command.UnitCommand.Work;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.CheckCondition;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.sense.SenseKey;
import dev.sandstone.scsi.task.ScsiStatus;

/** Begins the copy operations of commands that originate one (SPC-4 5.17.3). */
final class Originator {
    /** For operations that no list identifier names. */
    static final long UNNAMED = -1;

    private static final SenseData CLEARED =
            SenseData.of(SenseKey.COPY_ABORTED, AdditionalSense.COMMANDS_CLEARED_BY_DEVICE_SERVER);

    private final CopyManager manager;

    Originator(CopyManager manager) {
        this.manager = manager;
    }

    /**
     * Starts an operation; the command ends with it, or now when the operation goes on in the background.
     *
     * @return whether it was started; else the command has ended
     */
    boolean begin(UnitCommand command, CopyOperation operation, long listId) {
        UnitCopies copies = manager.copies(command.unit());
        CopyOperation same = copies.find(command.nexus(), listId);
        if (same != null && same.isRunning()) {
            throw CheckCondition.illegal(AdditionalSense.OPERATION_IN_PROGRESS);
        }
        if (copies.full()) {
            command.status(ScsiStatus.BUSY);
            return false;
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
        return true;
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
}
