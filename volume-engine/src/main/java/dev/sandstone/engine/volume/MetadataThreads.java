package dev.sandstone.engine.volume;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of a pool beside its loop: one that writes the metadata store, a few that read it, one for the disks. */
final class MetadataThreads implements AutoCloseable {
    private static final int READERS = 2;
    private static final long END_SECONDS = 60;

    private final ThreadPoolExecutor writer = threads("sandstone-map-writer", 1);
    private final ThreadPoolExecutor upkeep = threads("sandstone-disk-upkeep", 1);
    private final ThreadPoolExecutor readers = threads("sandstone-map-reader", READERS);

    Executor writer() {
        return writer;
    }

    Executor readers() {
        return readers;
    }

    /** For what is done for the disks and takes long. */
    Executor upkeep() {
        return upkeep;
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
        upkeep.shutdown();
        writer.shutdown();
        readers.shutdown();
        end(upkeep);
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
