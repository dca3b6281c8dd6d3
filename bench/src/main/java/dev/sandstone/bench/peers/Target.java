package dev.sandstone.bench.peers;

import java.io.IOException;

/** A target under test: one process, one LUN for rows that write back, one for durable rows (maybe the same). */
interface Target extends AutoCloseable {
    String name();

    long pid();

    /** Whether what it answers to this row is what the row asks for. */
    default boolean serves(Workload workload) {
        return true;
    }

    /** The LUN for this row. */
    String url(Workload workload);

    @Override
    void close() throws IOException;
}
