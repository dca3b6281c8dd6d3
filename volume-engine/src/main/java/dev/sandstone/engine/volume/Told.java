package dev.sandstone.engine.volume;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells who asked. What a caller throws when it is told is its own defect, and must not reach the operation or the log that
 * tells it: ranges and tickets would stay taken, records behind it be told nothing, and a pool never come to its end.
 */
final class Told {
    private static final Logger LOG = LoggerFactory.getLogger(Told.class);

    private Told() {}

    static void tell(Completion who, EngineStatus status, long detail) {
        try {
            who.done(status, detail);
        } catch (RuntimeException defect) {
            LOG.error("Who asked for an operation of a volume threw when it was told", defect);
        }
    }
}
