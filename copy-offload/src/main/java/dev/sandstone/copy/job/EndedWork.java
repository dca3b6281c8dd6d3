package dev.sandstone.copy.job;

import org.jspecify.annotations.Nullable;

/**
 * What is told of work that has ended. It holds nothing of what the work was to do, so that remembering it costs the same
 * whatever that was.
 */
public record EndedWork(
        long transferred,
        int segmentsBegun,
        long operations,
        boolean isAborted,
        @Nullable CopyFailure failure) implements CopyWork {

    /** How that work has ended. */
    public static EndedWork of(CopyWork work) {
        if (!work.isFinished()) {
            throw new IllegalStateException("the work has not ended");
        }
        return new EndedWork(
                work.transferred(), work.segmentsBegun(), work.operations(), work.isAborted(), work.failure());
    }

    @Override
    public void start() {
        throw new IllegalStateException("the work has ended");
    }

    @Override
    public void abort() {
        // It has ended.
    }

    @Override
    public boolean isFinished() {
        return true;
    }
}
