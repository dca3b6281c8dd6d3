package dev.sandstone.engine.volume;

/**
 * Called exactly once, on the volume's loop, when an operation has ended.
 *
 * <p>It may be called before the method that started the operation returns. From the call on, buffers that were lent to
 * the operation belong to the caller again.
 */
@FunctionalInterface
public interface Completion {
    /**
     * @param status how it ended
     * @param detail as the status says, else 0
     */
    void done(EngineStatus status, long detail);
}
