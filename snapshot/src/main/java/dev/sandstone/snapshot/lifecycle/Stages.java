package dev.sandstone.snapshot.lifecycle;

import dev.sandstone.engine.volume.EngineException;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.snapshot.lifecycle.SnapshotException.Reason;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for the engine. Not to be called on a loop. */
final class Stages {
    private static final long WAIT_SECONDS = 60;

    private Stages() {}

    /**
     * @throws EngineException as the engine refused
     * @throws SnapshotException TIMEOUT
     */
    static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new SnapshotException(Reason.TIMEOUT, "the pool did not answer within " + WAIT_SECONDS + " s", late);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("threads are not interrupted here", interrupted);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof EngineException refused) {
                throw refused;
            }
            if (failed.getCause() instanceof RuntimeException other) {
                throw other;
            }
            throw new IllegalStateException("the pool failed", failed);
        }
    }

    /** Whether it is certain that nothing took effect. After a failure of the disk or a closing pool it is not. */
    static boolean refusedForCertain(EngineException refusal) {
        return refusal.status() != EngineStatus.IO_ERROR && refusal.status() != EngineStatus.CLOSED;
    }
}
