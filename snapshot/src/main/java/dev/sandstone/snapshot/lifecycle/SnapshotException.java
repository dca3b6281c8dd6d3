package dev.sandstone.snapshot.lifecycle;

/** A change of snapshots or groups that was refused; the message says what, for a person. */
public final class SnapshotException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why it was refused. */
    public enum Reason {
        /** No snapshot of that name, or the pool does not hold it. */
        NOT_FOUND,
        /** The volume has a snapshot of that name. */
        EXISTS,
        /** It is held. */
        HELD,
        /** Initiators can see it. */
        EXPORTED,
        GROUP_NOT_FOUND,
        /** Another group has that name. */
        GROUP_EXISTS,
        /** The volume is in a group; it can be in one only, and stays while it is. */
        VOLUME_IN_GROUP,
        /** The group has no such member, or none at all. */
        NOT_A_MEMBER,
        /** More volumes than a group can have. */
        TOO_MANY,
        /** The text is neither the name of a snapshot nor a time. */
        BAD_MOMENT,
        /** The pool did not answer in time; what was asked may still take effect. */
        TIMEOUT
    }

    private final Reason reason;

    public SnapshotException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public SnapshotException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
