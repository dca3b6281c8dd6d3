package dev.sandstone.scsi.command;

/**
 * Performs a command on a logical unit. Stateless: one instance serves every unit; what a command must remember lives in
 * its {@link UnitCommand}.
 *
 * <p>Before it is called the device server has checked, in this order: unit attentions, reservations, medium, write
 * protection, and each bit of the CDB against the row's usage mask. The handler ends the command exactly once, now or
 * from a later step. A {@link dev.sandstone.scsi.sense.CheckCondition} thrown from it (or from a step) ends the command
 * so; any other exception ends it with INTERNAL TARGET FAILURE and is logged.
 */
@FunctionalInterface
public interface CommandHandler {
    void start(UnitCommand command);
}
