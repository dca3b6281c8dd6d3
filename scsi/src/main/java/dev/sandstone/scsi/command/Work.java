package dev.sandstone.scsi.command;

import dev.sandstone.engine.volume.Completion;

/**
 * What a command waits for that is more than one operation of the engine. Both methods are called on the unit's loop, at
 * most once.
 */
public interface Work {
    /** Begins; {@code done} is called once, on the unit's loop, when nothing is under way any more. */
    void start(Completion done);

    /** The task is to be aborted: begin nothing more, and complete as soon as what is under way has ended. */
    void cancel();
}
