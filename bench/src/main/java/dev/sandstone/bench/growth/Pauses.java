package dev.sandstone.bench.growth;

import java.io.IOException;
import java.io.InterruptedIOException;

/** Time that passes. */
final class Pauses {
    private Pauses() {}

    static void millis(long count) throws IOException {
        try {
            Thread.sleep(count);
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }
}
