package dev.sandstone.engine.volume;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads on which a pool's metadata store is used: one that writes, a few that read. */
final class MetadataThreads implements AutoCloseable {
    private static final int READERS = 2;
    private static final long END_SECONDS = 60;

    private final ThreadPoolExecutor writer = threads("sandstone-map-writer", 1);
    private final ThreadPoolExecutor readers = threads("sandstone-map-reader", READERS);

    Executor writer() {
        return writer;
    }

    Executor readers() {
        return readers;
    }

    private static ThreadPoolExecutor threads(String name, int count) {
        AtomicInteger number = new AtomicInteger();
        ThreadFactory factory = task -> Thread.ofPlatform()
                .name(name + "-" + number.incrementAndGet())
                .daemon()
                .unstarted(task);
        return new ThreadPoolExecutor(count, count, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
    }

    /** Lets what is queued end. */
    @Override
    public void close() {
        writer.shutdown();
        readers.shutdown();
        end(writer);
        end(readers);
    }

    private static void end(ThreadPoolExecutor threads) {
        try {
            if (!threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("metadata work did not end in " + END_SECONDS + " seconds");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the closing of a pool", e);
        }
    }
}
