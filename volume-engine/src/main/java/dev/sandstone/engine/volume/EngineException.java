package dev.sandstone.engine.volume;

/** A management operation on a pool that failed; the message says what and why, for a person. */
public final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final EngineStatus status;

    public EngineException(EngineStatus status, String message) {
        super(message);
        this.status = status;
    }

    public EngineException(EngineStatus status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    public EngineStatus status() {
        return status;
    }
}
