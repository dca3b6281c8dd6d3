package dev.sandstone.bench.peers;

import java.io.IOException;

/** A target under test: one process, one LUN for rows that write back, one for durable rows (maybe the same). */
interface Target extends AutoCloseable {
    String name();

    long pid();

    /** The LUN for this row. */
    String url(Workload workload);

    @Override
    void close() throws IOException;
}
