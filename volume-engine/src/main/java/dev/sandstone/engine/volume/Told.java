package dev.sandstone.engine.volume;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells callers how their operation ended. What a caller throws then is a defect of the caller's: it is logged and ends
 * there, because behind it wait the other records of a batch, the ranges of others, and the pool's own end.
 */
final class Told {
    private static final Logger LOG = LoggerFactory.getLogger(Told.class);

    private Told() {}

    static void tell(Completion done, EngineStatus status, long detail) {
        try {
            done.done(status, detail);
        } catch (RuntimeException defect) {
            LOG.error("who was told that an operation ended with {} has failed", status, defect);
        }
    }
}
