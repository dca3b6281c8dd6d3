package dev.sandstone.snapshot.catalog;

/** An entry of the catalog cannot be understood; the message says which and why, for a person. */
public final class UnreadableEntryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnreadableEntryException(String message) {
        super(message);
    }
}
