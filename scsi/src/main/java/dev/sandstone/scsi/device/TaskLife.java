package dev.sandstone.scsi.device;

import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.CheckCondition;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.sense.SenseKey;
import dev.sandstone.scsi.task.QueuedTask;
import dev.sandstone.scsi.task.ScsiStatus;
import dev.sandstone.scsi.task.Task;
import dev.sandstone.scsi.task.TaskPort;
import dev.sandstone.scsi.task.TaskRequest;
import dev.sandstone.scsi.unit.ItlNexus;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a task on its unit's loop, from the task set to the one end told to the transport.
 *
 * <pre>
 *   DORMANT --enabled--> RUNNING --await data--> WAITING_DATA --data--> RUNNING
 *                         |  ^  \---await job--> WAITING_JOB --job ends--> RUNNING
 *           enter engine  v  | engine completes, or throws
 *              ENTERING_ENGINE, IN_ENGINE                   any --end--> ENDED
 * </pre>
 *
 * <p>From IN_ENGINE only the completion leads on, so that no buffer is given back that the engine still uses. An operation
 * that throws has not begun: nothing will complete it, and the command ends at once. Steps run in one loop
 * ({@link #proceed}), however many of them complete at once, so the stack stays flat.
 */
abstract class TaskLife extends QueuedTask implements Task {
    /** How a task is to end by task management. */
    enum Abort {
        /** Without status, unless the operation in the engine is its last: then with the status of that. */
        UNLESS_IT_ENDS,
        /** Without status. */
        SILENTLY
    }

    /** Told when a task that was to be aborted has ended. */
    interface AbortListener {
        /** @param answered whether it ended with a status */
        void ended(boolean answered);
    }

    private enum State {
        DORMANT,
        RUNNING,
        WAITING_DATA,
        WAITING_JOB,
        /** The operation is being called. */
        ENTERING_ENGINE,
        /** It was called and has not completed. */
        IN_ENGINE,
        ENDED
    }

    private enum Event {
        NONE,
        START,
        DATA,
        ENGINE
    }

    private static final Logger LOG = LoggerFactory.getLogger(TaskLife.class);
    private static final byte[] NO_SENSE = {};
    private static final int NO_STATUS = -1;
    private static final SenseData INTERNAL =
            SenseData.of(SenseKey.HARDWARE_ERROR, AdditionalSense.INTERNAL_TARGET_FAILURE);

    private final DeviceServer server;
    private final List<AbortListener> abortListeners = new ArrayList<>(0);
    private ItlNexus itl;
    private TaskRequest request;
    /** A copy: the transport may make its request another one before the task has left its set. */
    private long tag;

    private TaskPort port;
    private State state = State.ENDED;
    private Event event = Event.NONE;
    private boolean driving;
    private @Nullable Abort abort;
    private @Nullable SenseData failure;
    private boolean cancelled;
    /** An operation of this task threw: the task serves no other command, should that complete after all. */
    private boolean thrown;

    private int dataOutAsked;
    private int dataOutWanted;
    private @Nullable ByteBuffer dataOut;
    /** Counts the waits for jobs, so that the end of one reaches nobody who does not wait for it any more. */
    private long jobs;

    // Fields for the command at hand are set by assign, before anything can be called.
    @SuppressWarnings("NullAway.Init")
    TaskLife(DeviceServer server) {
        this.server = server;
    }

    final void assign(ItlNexus owner, TaskRequest command, TaskPort transport) {
        itl = owner;
        request = command;
        tag = command.tag();
        port = transport;
        state = State.DORMANT;
        abort = null;
        failure = null;
        cancelled = false;
        dataOutAsked = 0;
        dataOutWanted = 0;
        dataOut = null;
    }

    /** Ends a task that its set cannot take. */
    final void refuse(int status) {
        state = State.ENDED;
        port.finish(status, NO_SENSE, 0, 0);
    }

    /** Performs the command, as far as it goes without waiting. */
    abstract void begin();

    /** Goes on with the Data-Out that was asked for. */
    abstract void received(ByteBuffer data);

    /** Goes on after the engine's completion. */
    abstract void resumed();

    /** Cancels the work that the task waits for; false when it waits for an operation of the engine. */
    abstract boolean cancelWork();

    /** Gives back what the command holds besides the transport's buffers; it is ending. */
    abstract void release();

    final DeviceServer server() {
        return server;
    }

    final ItlNexus itl() {
        return itl;
    }

    final TaskRequest request() {
        return request;
    }

    final TaskPort port() {
        return port;
    }

    final long tag() {
        return tag;
    }

    @Override
    protected final void enabled() {
        state = State.RUNNING;
        proceed(Event.START);
    }

    @Override
    public final void dataOut(ByteBuffer data) {
        if (state == State.WAITING_DATA) {
            state = State.RUNNING;
            dataOut = data;
            proceed(Event.DATA);
        }
    }

    @Override
    public final void dataOutFailed(int senseKey, int asc, int ascq) {
        if (state != State.ENDED && dataOut == null) {
            fail(SenseData.of(senseKey, asc, ascq));
        }
    }

    /**
     * Asks the transport for Data-Out.
     *
     * @param wanted what the command calls for, if that is more
     */
    final void awaitDataOut(int bytes, int wanted) {
        mustRun();
        dataOutAsked = bytes;
        dataOutWanted = wanted;
        state = State.WAITING_DATA;
        port.requestDataOut(bytes);
    }

    /**
     * Goes into the engine; call its operation next, and then {@link #engineEntered}.
     *
     * @return false when the task was to be ended before its next operation, and has ended
     */
    final boolean enterEngine() {
        mustRun();
        if (abort != null) {
            end(NO_STATUS, NO_SENSE, 0, 0);
            return false;
        }
        if (failure != null) {
            fail(failure);
            return false;
        }
        state = State.ENTERING_ENGINE;
        return true;
    }

    /** The operation was called and has not thrown; it may have completed. */
    final void engineEntered() {
        if (state == State.ENTERING_ENGINE) {
            state = State.IN_ENGINE;
        }
    }

    /**
     * Waits for a job that goes on without the command, should it be aborted, and holds none of its buffers.
     *
     * @return what to give to {@link #jobEnded}
     */
    final long awaitJob() {
        mustRun();
        state = State.WAITING_JOB;
        return ++jobs;
    }

    /** The job has ended; returns whether the command still waits for it and goes on by {@link #resumed} next. */
    final boolean jobEnded(long job) {
        if (job != jobs || state != State.WAITING_JOB) {
            return false;
        }
        state = State.IN_ENGINE;
        return true;
    }

    /** The engine has completed the operation; its buffers are the command's again. */
    final void leaveEngine() {
        if (!inEngine()) {
            throw new IllegalStateException("completed twice: " + this);
        }
        state = State.RUNNING;
        proceed(Event.ENGINE);
    }

    /** Ends with GOOD. */
    final void finishGood(int dataInBytes) {
        finish(ScsiStatus.GOOD, dataInBytes);
    }

    /** Ends with BUSY: to be tried again. */
    final void finishBusy() {
        finish(ScsiStatus.BUSY, 0);
    }

    /** Ends with GOOD or a status without sense. */
    final void finish(int status, int dataInBytes) {
        mustRun();
        end(status, NO_SENSE, dataInBytes, dataInBytes > 0 ? dataInBytes : dataOutWanted);
    }

    /** Ends with CHECK CONDITION, once the engine has let go. */
    final void fail(SenseData sense) {
        if (inEngine()) {
            failure = sense;
        } else if (state != State.ENDED) {
            byte[] bytes = sense.encode(server.unit().modePages().descriptorSense());
            end(ScsiStatus.CHECK_CONDITION, bytes, 0, dataOutWanted);
        }
    }

    /**
     * An initiator that announced data the other way must not believe that its data was written: residuals tell only how much
     * moved, not which way.
     */
    final void requireDataOut(int bytes) {
        if (bytes > 0 && request.dataOutBytes() == 0 && request.dataInBytes() > 0) {
            throw CheckCondition.illegal(AdditionalSense.INVALID_FIELD_IN_COMMAND_INFORMATION_UNIT);
        }
    }

    /** The command calls for so much Data-Out and gets none. */
    final void wantsDataOut(int bytes) {
        dataOutWanted = bytes;
    }

    /** Ends because the initiator announced fewer bytes than the command calls for: it sees an overflow. */
    final void failShortOf(int bytes) {
        dataOutWanted = bytes;
        fail(SenseData.illegal(AdditionalSense.INVALID_FIELD_IN_COMMAND_INFORMATION_UNIT));
    }

    /** Ends the task so, now or when the engine lets go; the listener hears of the end. */
    final void abort(Abort how, AbortListener listener) {
        if (state == State.ENDED) {
            listener.ended(true);
            return;
        }
        abort = abort == Abort.SILENTLY ? abort : how;
        abortListeners.add(listener);
        if (inEngine()) {
            cancelled = cancelled || cancelWork();
        } else if (!driving) {
            end(NO_STATUS, NO_SENSE, 0, 0);
            recycle();
        }
    }

    /** Ends the task with CHECK CONDITION, now or when the engine lets go; the listener hears of the end. */
    final void terminate(SenseData why, AbortListener listener) {
        if (state == State.ENDED) {
            listener.ended(true);
            return;
        }
        abortListeners.add(listener);
        failure = why;
        if (inEngine()) {
            cancelWork();
        } else if (!driving) {
            fail(why);
            recycle();
        }
    }

    private void proceed(Event next) {
        event = next;
        if (driving) {
            return;
        }
        driving = true;
        while (event != Event.NONE) {
            Event now = event;
            event = Event.NONE;
            try {
                handle(now);
            } catch (RuntimeException e) {
                failed(e);
            }
            if (state == State.RUNNING && event == Event.NONE) {
                LOG.error("{} has not said how it goes on", this);
                fail(INTERNAL);
            }
        }
        driving = false;
        if (state == State.WAITING_DATA || state == State.WAITING_JOB) {
            endIfItIsTo();
        }
        recycle();
    }

    /** Ends a task that was to be ended while it was on its way to where it waits now. */
    private void endIfItIsTo() {
        if (abort != null) {
            end(NO_STATUS, NO_SENSE, 0, 0);
        } else if (failure != null) {
            fail(failure);
        }
    }

    private void failed(RuntimeException why) {
        if (state == State.ENTERING_ENGINE) {
            state = State.RUNNING;
            thrown = true;
        }
        if (why instanceof CheckCondition refused) {
            fail(refused.sense());
        } else if (why instanceof Saturated) {
            if (state == State.RUNNING) {
                end(ScsiStatus.TASK_SET_FULL, NO_SENSE, 0, 0);
            }
        } else {
            LOG.error("{} failed", this, why);
            fail(INTERNAL);
        }
    }

    private boolean inEngine() {
        return state == State.IN_ENGINE || state == State.ENTERING_ENGINE;
    }

    private void handle(Event now) {
        if (abort == Abort.SILENTLY || cancelled) {
            end(NO_STATUS, NO_SENSE, 0, 0);
        } else if (failure != null) {
            fail(failure);
        } else if (now == Event.START) {
            begin();
        } else if (now == Event.ENGINE) {
            resumed();
        } else if (dataOut != null && dataOut.remaining() == dataOutAsked) {
            received(dataOut);
        } else {
            throw new IllegalStateException("the transport gave other bytes than the " + dataOutAsked + " asked for");
        }
    }

    /** The only way out: tells the transport, then the task set, then those who wait for the end. */
    private void end(int status, byte[] sense, int dataInBytes, long transferBytes) {
        state = State.ENDED;
        event = Event.NONE;
        boolean answer = status != NO_STATUS && abort != Abort.SILENTLY;
        release();
        dataOut = null;
        try {
            if (answer) {
                port.finish(status, sense, dataInBytes, transferBytes);
            } else {
                port.aborted();
            }
        } finally {
            server.ended(this);
            if (!abortListeners.isEmpty()) {
                tellAbortListeners(answer);
            }
        }
    }

    private void tellAbortListeners(boolean answered) {
        List<AbortListener> listeners = List.copyOf(abortListeners);
        abortListeners.clear();
        listeners.forEach(listener -> listener.ended(answered));
    }

    private void recycle() {
        if (state == State.ENDED && !thrown) {
            server.recycle(this);
        }
    }

    private void mustRun() {
        if (state != State.RUNNING || event != Event.NONE) {
            throw new IllegalStateException("not running: " + this);
        }
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "command %02Xh, tag %08Xh, %s", request.cdb()[0], tag, state);
    }
}
