package dev.sandstone.iscsi.pdu;

/**
 * RFC 7143 11.6: the end of a task management function.
 *
 * <pre>
 * Byte/     0       |       1       |       2       |       3       |
 *    |0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|
 *    +---------------+---------------+---------------+---------------+
 *   0|.|.| 0x22      |1| Reserved    | Response      |Reserved       |
 *    +---------------+---------------+---------------+---------------+
 *   4|TotalAHSLength | DataSegmentLength                             |
 *    +---------------+---------------+---------------+---------------+
 *   8| Reserved                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  12|                                                               |
 *    +---------------+---------------+---------------+---------------+
 *  16| Initiator Task Tag                                            |
 *    +---------------+---------------+---------------+---------------+
 *  20| Reserved                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  24| StatSN                                                        |
 *    +---------------+---------------+---------------+---------------+
 *  28| ExpCmdSN                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  32| MaxCmdSN                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  36/ Reserved                                                      /
 *    +---------------+---------------+---------------+---------------+
 * </pre>
 */
public final class TaskManagementResponse extends ResponseBhs {
    static final int RESPONSE_OFFSET = 2;

    /** A new header of this type, every other field zero. */
    public TaskManagementResponse() {
        start(Opcode.TASK_MANAGEMENT_RESPONSE, true);
    }

    /** A view of a received header. */
    public TaskManagementResponse(Bhs bhs) {
        super(bhs);
    }

    /** 0 complete, 1 no such task, 2 no such LUN, 3 still allegiant, 4 no reassignment, 5 not supported, 6 not authorized, 255 rejected. */
    public int response() {
        return byteAt(RESPONSE_OFFSET);
    }

    public void response(int value) {
        byteAt(RESPONSE_OFFSET, value);
    }
}
