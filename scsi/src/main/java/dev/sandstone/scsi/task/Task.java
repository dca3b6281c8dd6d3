package dev.sandstone.scsi.task;

import java.nio.ByteBuffer;

/** A command between {@link Nexus#submit} and the end told to its {@link TaskPort}. */
public interface Task {

    /**
     * Hands over the Data-Out that was asked for, a direct buffer of exactly that length. It stays lent until finish or
     * aborted. Any thread may call; best the unit's loop.
     */
    void dataOut(ByteBuffer data);

    /**
     * The Data-Out cannot be had (digest or sequence error below): ends the task with this sense instead. No effect on a
     * task that has its data or has ended.
     */
    void dataOutFailed(int senseKey, int asc, int ascq);
}
