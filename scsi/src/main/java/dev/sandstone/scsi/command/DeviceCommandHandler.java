package dev.sandstone.scsi.command;

/** Performs a command that is answered also where the LUN names no block device; rules as for {@link CommandHandler}. */
@FunctionalInterface
public interface DeviceCommandHandler {
    void start(DeviceCommand command);
}
