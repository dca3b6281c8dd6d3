package dev.sandstone.scsi.command;

/**
 * What a command does next, once an engine operation has succeeded. Not called when the operation failed (the command has
 * ended with the sense of that failure) or the task was aborted meanwhile. On the hot path pass a method reference or a
 * lambda that captures nothing.
 */
@FunctionalInterface
public interface Step {
    /** Ends the command with GOOD and the Data-In, if any, that was asked for. */
    Step GOOD = UnitCommand::good;

    void run(UnitCommand command);
}
