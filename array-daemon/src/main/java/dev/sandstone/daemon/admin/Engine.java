package dev.sandstone.daemon.admin;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.engine.volume.EngineException;
import dev.sandstone.engine.volume.EngineStatus;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for the pool, and says its failures in the words of the interface. Not to be called on a loop. */
final class Engine {
    private static final long WAIT_SECONDS = 60;

    private Engine() {}

    static <T> T await(CompletionStage<T> stage) {
        return await(stage, WAIT_SECONDS);
    }

    static <T> T await(CompletionStage<T> stage, long seconds) {
        try {
            return result(stage, seconds);
        } catch (EngineException refused) {
            throw translate(refused);
        }
    }

    /**
     * @throws EngineException as the pool refused, for those who can say it better
     * @throws ApiException TIMEOUT, INTERNAL
     */
    static <T> T result(CompletionStage<T> stage, long seconds) {
        try {
            return stage.toCompletableFuture().get(seconds, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new ApiException(
                    ErrorCode.TIMEOUT,
                    "the pool did not answer within " + seconds + " s",
                    "the disk is slow or hangs; the operation may still take effect",
                    "look at the log of the daemon, then ask again",
                    late);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("threads are not interrupted here", interrupted);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof EngineException refused) {
                throw refused;
            }
            throw new ApiException(
                    ErrorCode.INTERNAL,
                    "the pool failed",
                    String.valueOf(failed.getCause()),
                    "look at the log of the daemon",
                    failed);
        }
    }

    static ApiException translate(EngineException refused) {
        EngineStatus status = refused.status();
        String message = String.valueOf(refused.getMessage());
        if (status == EngineStatus.SPACE_EXHAUSTED) {
            return new ApiException(
                    ErrorCode.POOL_FULL,
                    "the pool is full",
                    message,
                    "destroy or trim volumes, or add capacity",
                    refused);
        }
        if (status == EngineStatus.OUT_OF_RANGE) {
            return new ApiException(
                    ErrorCode.OUTSIDE_WINDOW,
                    "the volume has no such moment",
                    message,
                    "see what can be reached: san volume history NAME",
                    refused);
        }
        if (status == EngineStatus.TOO_MANY) {
            return new ApiException(
                    ErrorCode.LIMIT_REACHED, "too many at once", message, "ask for fewer, several times", refused);
        }
        if (status == EngineStatus.BUSY) {
            return new ApiException(ErrorCode.BUSY, "the pool is busy", message, "try again", refused);
        }
        if (status == EngineStatus.CLOSED) {
            return new ApiException(
                    ErrorCode.STOPPING, "the array is stopping", message, "try again once it runs", refused);
        }
        return new ApiException(
                ErrorCode.INTERNAL, "the pool failed: " + status, message, "look at the log of the daemon", refused);
    }
}
