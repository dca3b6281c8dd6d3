package dev.sandstone.copy.command;

import dev.sandstone.copy.job.CopyFailure;
import dev.sandstone.copy.job.CopyWork;
import dev.sandstone.copy.job.EndedWork;
import dev.sandstone.copy.token.Population;
import dev.sandstone.copy.token.RodToken;
import dev.sandstone.scsi.sense.SenseData;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A copy operation as its list identifier names it (SPC-4 5.17.4.3): under way, or ended and remembered for a while. Confined
 * to the loop of the unit whose copy manager performs it.
 */
final class CopyOperation {
    /** COPY OPERATION STATUS (SPC-4 table 249). */
    static final int COMPLETED = 0x01;

    static final int FAILED = 0x02;

    /** Ended with blocks left over: how commands with tokens fail (SBC-4 5.25). */
    static final int RESIDUAL = 0x03;

    static final int FOREGROUND = 0x11;
    static final int BACKGROUND = 0x12;
    static final int TERMINATED = 0x60;

    private final int serviceAction;
    private final boolean background;
    private final List<Runnable> awaiting = new ArrayList<>();
    private CopyWork work;
    private @Nullable RodToken token;
    private boolean statusTold;
    private boolean failureTold;

    /**
     * @param serviceAction of the command that began it
     * @param work makes what is to be done, given what to call at its end
     */
    CopyOperation(int serviceAction, boolean background, Function<Runnable, CopyWork> work) {
        this.serviceAction = serviceAction;
        this.background = background;
        this.work = work.apply(this::ended);
    }

    int serviceAction() {
        return serviceAction;
    }

    boolean isBackground() {
        return background;
    }

    /** How it goes, or has ended; what it had to do is let go at its end. */
    CopyWork work() {
        return work;
    }

    boolean isRunning() {
        return !work.isFinished();
    }

    void start() {
        work.start();
    }

    /** Ends it; {@code still} is called when it moves nothing any more. */
    void abort(Runnable still) {
        onEnd(still);
        work.abort();
    }

    /** Calls the listener when the operation has ended, now if it has. */
    void onEnd(Runnable listener) {
        if (isRunning()) {
            awaiting.add(listener);
        } else {
            listener.run();
        }
    }

    private void ended() {
        if (work instanceof Population made) {
            token = made.token();
        }
        work = EndedWork.of(work);
        List<Runnable> listeners = List.copyOf(awaiting);
        awaiting.clear();
        listeners.forEach(Runnable::run);
    }

    /** The token that it has made; null when there is none, not yet, or when it has been told. */
    @Nullable
    RodToken token() {
        return token;
    }

    /** The initiator has the token. */
    void tokenTold() {
        token = null;
    }

    /** The sense data it ended with; null when it ended well, was terminated, or runs. */
    @Nullable
    SenseData sense() {
        CopyFailure failure = work.failure();
        return failure == null ? null : failure.sense();
    }

    /** COPY OPERATION STATUS. */
    int status() {
        if (isRunning()) {
            return background ? BACKGROUND : FOREGROUND;
        }
        if (work.isAborted()) {
            return TERMINATED;
        }
        if (sense() == null) {
            return COMPLETED;
        }
        return serviceAction >= CopyOffload.FIRST_TOKEN_ACTION ? RESIDUAL : FAILED;
    }

    /** The initiator was told by RECEIVE COPY STATUS(LID1) how it ended; it is not told so again. */
    void statusTold() {
        statusTold = true;
    }

    boolean wasStatusTold() {
        return statusTold;
    }

    void failureTold() {
        failureTold = true;
    }

    boolean wasFailureTold() {
        return failureTold;
    }
}
