package dev.sandstone.scsi.command;

import java.nio.ByteBuffer;

/** What a command does with its Data-Out. */
@FunctionalInterface
public interface DataOut {
    /** @param data exactly the bytes asked for, direct, lent until the command ends */
    void received(UnitCommand command, ByteBuffer data);
}
