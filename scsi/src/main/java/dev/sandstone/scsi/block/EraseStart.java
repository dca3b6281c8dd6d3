package dev.sandstone.scsi.block;

import dev.sandstone.engine.volume.Completion;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.scsi.command.Step;
import dev.sandstone.scsi.command.UnitCommand;

/** How FORMAT UNIT and SANITIZE wait for the job they start: with IMMED until it has begun, else until it has ended. */
final class EraseStart {
    private EraseStart() {}

    /** The job; goes on whatever becomes of the command. */
    @FunctionalInterface
    interface Job {
        /**
         * @param begun told when it has begun, or why it has not
         * @param ended told when what has begun ends
         */
        void start(Completion begun, Completion ended);
    }

    static void run(UnitCommand command, boolean immediate, Job job) {
        if (immediate) {
            command.perform(done -> job.start(done, (status, detail) -> {}), Step.GOOD);
            return;
        }
        command.awaitJob(
                done -> job.start(
                        (status, detail) -> {
                            if (status != EngineStatus.OK) {
                                done.done(status, detail);
                            }
                        },
                        done),
                Step.GOOD);
    }
}
