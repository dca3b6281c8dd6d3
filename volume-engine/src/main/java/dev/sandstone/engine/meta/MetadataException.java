package dev.sandstone.engine.meta;

/**
 * The metadata store cannot go on; the message says why and what to do, for a person.
 *
 * <p>A store that threw it from a commit or a flush takes no more of either until it is reopened: what it holds in
 * memory may differ from what is on disk.
 */
public final class MetadataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MetadataException(String message) {
        super(message);
    }

    public MetadataException(String message, Throwable cause) {
        super(message, cause);
    }
}
