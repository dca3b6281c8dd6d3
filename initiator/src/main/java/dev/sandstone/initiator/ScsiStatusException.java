package dev.sandstone.initiator;

/** A command ended with a status other than GOOD. */
public final class ScsiStatusException extends InitiatorException {
    private static final long serialVersionUID = 1L;

    private final transient ScsiResult result;

    public ScsiStatusException(ScsiResult result) {
        super(result.describe());
        this.result = result;
    }

    /** Status, sense and data of the command. */
    public ScsiResult result() {
        return result;
    }
}
