package dev.sandstone.scsi.task;

/** SAM-5 8.9: how a command is ordered among the others of its task set. */
public enum TaskAttribute {
    /** No tag of its own (an iSCSI attribute); treated as SIMPLE. */
    UNTAGGED,
    SIMPLE,
    /** Starts after all older commands ended; younger ones start after it ended. */
    ORDERED,
    /** Starts ahead of everything not yet started. */
    HEAD_OF_QUEUE,
    ACA
}
