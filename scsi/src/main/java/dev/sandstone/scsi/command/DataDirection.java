package dev.sandstone.scsi.command;

/** Which way a command moves data. */
public enum DataDirection {
    NONE,
    IN,
    OUT
}
