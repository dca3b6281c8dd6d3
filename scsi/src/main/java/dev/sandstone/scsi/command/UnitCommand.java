package dev.sandstone.scsi.command;

import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.engine.volume.Completion;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.unit.ItlNexus;
import dev.sandstone.scsi.unit.LogicalUnit;
import dev.sandstone.scsi.unit.Route;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A command under way on a logical unit. All calls and steps happen on the unit's loop.
 *
 * <p>The engine operations may run their step before they return: make them the last statement, or loop by steps. One
 * operation at a time. Failures end the command with the sense that fits (07/27/07 when the pool is full, 03/11/00 with
 * the first bad LBA in INFORMATION, 0E/1D/00 with the offset of the first difference, BUSY, 04/44/00 ...).
 */
public interface UnitCommand extends DeviceCommand {

    LogicalUnit unit();

    /** The nexus the command came by, as the unit knows it. */
    ItlNexus nexus();

    @Override
    default Route route() {
        return nexus().route();
    }

    /** Bytes of Data-Out the initiator has announced. */
    int dataOutBytes();

    /**
     * Asks for the first {@code bytes} of the Data-Out, at most once a command, at most a checked limit; zero gives an
     * empty buffer at once. When the initiator announced fewer, the command ends with INVALID FIELD IN COMMAND INFORMATION
     * UNIT and nothing has changed.
     */
    void dataOut(int bytes, DataOut next);

    /**
     * As {@link #dataOut}, but an initiator that announced fewer bytes gives as many whole units as it announced, maybe
     * none; the transport then reports an overflow (RFC 7143 11.4.5.1: data beyond the expected length is not moved). One
     * that announced Data-In instead has made a mistake: INVALID FIELD IN COMMAND INFORMATION UNIT.
     */
    void dataOutUpTo(int bytes, int unitBytes, DataOut next);

    /**
     * A direct buffer of that size for the command's own use until it ends, position 0, contents undefined; once a command.
     *
     * @param bytes at most {@link #SCRATCH_BYTES}
     */
    ByteBuffer scratch(int bytes);

    /** The most that {@link #scratch} lends. */
    int SCRATCH_BYTES = 1 << 20;

    /** Something a handler keeps from step to step; null at first. */
    @Nullable
    Object attachment();

    void attach(Object state);

    void read(long lba, ByteBuffer dst, Step next);

    void write(long lba, ByteBuffer src, boolean fua, Step next);

    void compareAndWrite(long lba, ByteBuffer expected, ByteBuffer replacement, boolean fua, Step next);

    void unmap(List<BlockRange> ranges, Step next);

    void writeZeros(BlockRange range, boolean fua, Step next);

    void flush(Step next);

    /** Something asynchronous that is no operation of the volume's data. */
    @FunctionalInterface
    interface Operation {
        /**
         * Starts it; tell {@code done} once, on the unit's loop, maybe before this returns. An operation that throws has not
         * begun and tells nobody: the command ends with 04/44/00.
         */
        void start(Completion done);
    }

    /** Waits for the operation as for one of the engine. */
    void perform(Operation operation, Step next);

    /**
     * Waits for a job that goes on by itself: the command can be aborted meanwhile. The job must not use its buffers.
     */
    void awaitJob(Operation job, Step next);

    /** Ends all tasks of these nexuses without status, but this command; goes on when the last has ended. */
    void abortTasks(Predicate<ItlNexus> whose, Step next);

    /**
     * Ends all other tasks of the unit, and what else was begun for its nexuses: the tasks of this nexus with CHECK CONDITION,
     * those of others without status, of which these nexuses are told. Part of an operation that goes on when this command is
     * aborted meanwhile.
     *
     * @param why the sense data for the tasks of this nexus
     * @param then called once, on the unit's loop, when the last has ended
     */
    void endOthers(SenseData why, Runnable then);

    /**
     * Waits for work. A task that is aborted meanwhile cancels it, and ends without status when it has completed.
     *
     * @param next called when the work has completed with OK; else the command ends with the sense of the status
     */
    void await(Work work, Step next);

    /** The logical units that the nexus may see now, ascending by LUN. */
    List<VisibleUnit> visibleUnits();

    /** What a command waits for that is more than one operation of the engine. Called on the unit's loop, at most once. */
    interface Work {
        /** Begins; {@code done} is called once, on the unit's loop, when nothing is under way any more. */
        void start(Completion done);

        /** The task is to be aborted: begin nothing more, and complete as soon as what is under way has ended. */
        void cancel();
    }

    /**
     * A logical unit that a nexus may see. What unit and nexus keep is confined to the unit's loop, which may be another one
     * than that of the command.
     *
     * @param nexus as that unit knows it
     */
    record VisibleUnit(int lun, LogicalUnit unit, ItlNexus nexus) {}

    /** Ends with a status that carries no sense: {@link dev.sandstone.scsi.task.ScsiStatus}. */
    void status(int status);
}
