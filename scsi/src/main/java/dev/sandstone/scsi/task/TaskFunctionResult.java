package dev.sandstone.scsi.task;

/** SAM-5 7.1: the service response to a task management function. */
public enum TaskFunctionResult {
    COMPLETE,
    /** ABORT TASK only: no such task. */
    NO_SUCH_TASK,
    INCORRECT_LUN,
    NOT_SUPPORTED,
    REJECTED
}
