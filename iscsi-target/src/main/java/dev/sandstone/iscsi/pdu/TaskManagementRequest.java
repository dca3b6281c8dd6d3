package dev.sandstone.iscsi.pdu;

/**
 * RFC 7143 11.5: a task management function.
 *
 * <pre>
 * Byte/     0       |       1       |       2       |       3       |
 *    |0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|
 *    +---------------+---------------+---------------+---------------+
 *   0|.|I| 0x02      |1| Function    |Reserved       |Reserved       |
 *    +---------------+---------------+---------------+---------------+
 *   4|TotalAHSLength | DataSegmentLength                             |
 *    +---------------+---------------+---------------+---------------+
 *   8| Logical Unit Number (LUN)                                     |
 *    +                                                               +
 *  12|                                                               |
 *    +---------------+---------------+---------------+---------------+
 *  16| Initiator Task Tag                                            |
 *    +---------------+---------------+---------------+---------------+
 *  20| Referenced Task Tag or 0xffffffff                             |
 *    +---------------+---------------+---------------+---------------+
 *  24| CmdSN                                                         |
 *    +---------------+---------------+---------------+---------------+
 *  28| ExpStatSN                                                     |
 *    +---------------+---------------+---------------+---------------+
 *  32| RefCmdSN or Reserved                                          |
 *    +---------------+---------------+---------------+---------------+
 *  36| ExpDataSN or Reserved                                         |
 *    +---------------+---------------+---------------+---------------+
 *  40/ Reserved                                                      /
 *    +---------------+---------------+---------------+---------------+
 * </pre>
 */
public final class TaskManagementRequest extends RequestBhs {
    static final int FUNCTION_MASK = 0x7f;
    static final int REFERENCED_TASK_TAG_OFFSET = 20;
    static final int REF_CMD_SN_OFFSET = 32;
    static final int EXP_DATA_SN_OFFSET = 36;

    /** A new header of this type, every other field zero. */
    public TaskManagementRequest() {
        start(Opcode.TASK_MANAGEMENT_REQUEST, true);
    }

    /** A view of a received header. */
    public TaskManagementRequest(Bhs bhs) {
        super(bhs);
    }

    public int referencedTaskTag() {
        return intAt(REFERENCED_TASK_TAG_OFFSET);
    }

    public void referencedTaskTag(int value) {
        intAt(REFERENCED_TASK_TAG_OFFSET, value);
    }

    public int refCmdSn() {
        return intAt(REF_CMD_SN_OFFSET);
    }

    public void refCmdSn(int value) {
        intAt(REF_CMD_SN_OFFSET, value);
    }

    public int expDataSn() {
        return intAt(EXP_DATA_SN_OFFSET);
    }

    public void expDataSn(int value) {
        intAt(EXP_DATA_SN_OFFSET, value);
    }

    /** 1 ABORT TASK, 2 ABORT TASK SET, 3 CLEAR ACA, 4 CLEAR TASK SET, 5 LU RESET, 6 WARM, 7 COLD RESET, 8 REASSIGN. */
    public int function() {
        return flags() & FUNCTION_MASK;
    }

    public void function(int value) {
        flags(FINAL | (value & FUNCTION_MASK));
    }
}
