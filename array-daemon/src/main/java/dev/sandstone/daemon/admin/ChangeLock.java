package dev.sandstone.daemon.admin;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Changes to the array are made one at a time, so that what was checked still holds when it is acted upon. */
public final class ChangeLock {
    private static final long WAIT_SECONDS = 60;

    private final ReentrantLock lock = new ReentrantLock(true);

    /** @throws ApiException BUSY when other changes take too long */
    <T> T change(Supplier<T> action) {
        boolean locked;
        try {
            locked = lock.tryLock(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("threads are not interrupted here", interrupted);
        }
        if (!locked) {
            throw new ApiException(
                    ErrorCode.BUSY,
                    "another change is still under way",
                    "changes to the array are made one at a time",
                    "try again in a minute");
        }
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
