package dev.sandstone.initiator;

/** The command was ended by a task management function, so it has no status. */
public final class TaskAbortedException extends InitiatorException {
    private static final long serialVersionUID = 1L;

    public TaskAbortedException(String message) {
        super(message);
    }
}
