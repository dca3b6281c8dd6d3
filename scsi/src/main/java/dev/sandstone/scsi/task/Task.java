package dev.sandstone.scsi.task;

import java.nio.ByteBuffer;

/** A command between {@link Nexus#submit} and the end told to its {@link TaskPort}. */
public interface Task {

    /**
     * Hands over the Data-Out that was asked for, a direct buffer of exactly that length. It stays lent until finish or
     * aborted. On the unit's loop ({@link Nexus#run}), and not after the end was told: the task may be another command then.
     */
    void dataOut(ByteBuffer data);

    /**
     * The Data-Out cannot be had (digest or sequence error below): ends the task with this sense instead. No effect on a
     * task that has its data. On the unit's loop, and not after the end was told.
     */
    void dataOutFailed(int senseKey, int asc, int ascq);
}
