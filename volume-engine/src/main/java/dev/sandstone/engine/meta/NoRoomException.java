package dev.sandstone.engine.meta;

/** The file system of a store is nearly full: the change was refused, nothing was changed, and the store goes on. */
public final class NoRoomException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NoRoomException(String message) {
        super(message);
    }
}
