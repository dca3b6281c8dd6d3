package dev.sandstone.engine.store;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A store that cannot be opened or an operation on it that failed; the message says what, why and what helps. */
public final class StoreException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What kind of failure, for those who act on it. */
    public enum Kind {
        /** The medium or the system failed the operation. */
        IO,
        /** The file system below the image is full. */
        NO_SPACE,
        /** Another process has the store. */
        IN_USE,
        /** There is no store here. */
        ABSENT,
        /** There is a store here already. */
        EXISTS,
        /** Nothing can be made at this path. */
        PLACE,
        /** Written by a version of the format that this one does not know. */
        VERSION,
        /** Bytes that must be right are not, and no copy repairs them. */
        DAMAGED,
        /** The disk belongs to another pool. */
        FOREIGN,
        /** Too small, or smaller than it was. */
        TOO_SMALL,
        /** So many disks are missing, or so old, that what is here is not all of the pool. */
        INCOMPLETE
    }

    private final Kind kind;

    public StoreException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public StoreException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
