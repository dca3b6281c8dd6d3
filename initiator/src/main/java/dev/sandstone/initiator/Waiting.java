package dev.sandstone.initiator;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for a future, with a bound, and unwraps its failure. */
final class Waiting {

    private Waiting() {}

    static <T> T until(CompletableFuture<T> future, int timeoutMs) throws IOException {
        try {
            return future.get(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof InitiatorException known) {
                throw known;
            }
            throw new InitiatorException(String.valueOf(e.getCause()), e);
        } catch (TimeoutException e) {
            throw new InitiatorException("no answer within " + timeoutMs + " ms", e);
        } catch (InterruptedException e) {
            throw new InitiatorException("interrupted while waiting for an answer", e);
        }
    }
}
