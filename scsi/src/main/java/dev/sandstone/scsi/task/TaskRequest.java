package dev.sandstone.scsi.task;

/**
 * A SCSI command as it arrived. Does not change before the task has ended; then its transport may make it the next command, so
 * whoever needs something of it longer copies that.
 */
public final class TaskRequest {
    private static final byte[] NONE = {};

    private long lun;
    private byte[] cdb = NONE;
    private TaskAttribute attribute = TaskAttribute.UNTAGGED;
    private long tag;
    private int dataOutBytes;
    private int dataInBytes;

    /** One that {@link #set} and {@link #expect} make a command. */
    public TaskRequest() {}

    /** See {@link #set} and {@link #expect}. */
    public TaskRequest(long lun, byte[] cdb, TaskAttribute attribute, long tag, int dataOutBytes, int dataInBytes) {
        set(lun, cdb, attribute, tag);
        expect(dataOutBytes, dataInBytes);
    }

    /**
     * Makes it this command.
     *
     * @param newLun the eight bytes of the LUN field, big-endian (SAM-5 4.7)
     * @param newCdb the command descriptor block, 16 bytes or more, zero-padded when shorter on the wire; it is not copied
     * @param newAttribute ordering
     * @param newTag identifies the task on its nexus (iSCSI: the Initiator Task Tag, unsigned)
     */
    public void set(long newLun, byte[] newCdb, TaskAttribute newAttribute, long newTag) {
        lun = newLun;
        cdb = newCdb;
        attribute = newAttribute;
        tag = newTag;
    }

    /**
     * Says how much data its initiator expects to move.
     *
     * @param out what it is ready to send (iSCSI: Expected Data Transfer Length when W is set), else 0
     * @param in what it is ready to take (EDTL when R is set, or the bidirectional length), else 0
     */
    public void expect(int out, int in) {
        dataOutBytes = out;
        dataInBytes = in;
    }

    /** The eight bytes of the LUN field, big-endian. */
    public long lun() {
        return lun;
    }

    /** The command descriptor block. */
    public byte[] cdb() {
        return cdb;
    }

    /** How it is ordered among others. */
    public TaskAttribute attribute() {
        return attribute;
    }

    /** What identifies the task on its nexus. */
    public long tag() {
        return tag;
    }

    /** Bytes the initiator is ready to send. */
    public int dataOutBytes() {
        return dataOutBytes;
    }

    /** Bytes the initiator is ready to take. */
    public int dataInBytes() {
        return dataInBytes;
    }
}
