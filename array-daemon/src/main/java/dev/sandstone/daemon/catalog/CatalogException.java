package dev.sandstone.daemon.catalog;

/** The catalog on disk cannot be used; the message says why, for a person. */
public final class CatalogException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CatalogException(String message) {
        super(message);
    }
}
