package dev.sandstone.daemon.assembly;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was opened, closed in reverse order; a failure of one does not keep the others open. */
final class Closer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Closer.class);

    private final Deque<Part> opened = new ArrayDeque<>();

    private record Part(String name, AutoCloseable part) {}

    /** Closes the part when its time comes. */
    void add(String name, AutoCloseable part) {
        opened.push(new Part(name, part));
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            Part next = opened.pop();
            try {
                next.part().close();
            } catch (Exception failed) {
                LOG.error("{} did not close cleanly", next.name(), failed);
            }
        }
    }
}
