package dev.sandstone.iscsi.transfer;

import dev.sandstone.iscsi.pdu.ScsiCommand;
import dev.sandstone.scsi.task.TaskAttribute;
import dev.sandstone.scsi.task.TaskRequest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a SCSI Command PDU says (RFC 7143 11.3); of one command after another. */
final class CommandFields {
    /** RFC 7143 11.2.2.3: an AHS that holds the bytes of the CDB beyond the sixteenth. */
    private static final int AHS_EXTENDED_CDB = 1;

    private static final int AHS_HEADER = 4;
    /** Longest CDB there is (SPC-4 4.3.3), in bytes. */
    private static final int MAX_CDB = 260;

    private static final TaskAttribute[] ATTRIBUTES = {
        TaskAttribute.UNTAGGED,
        TaskAttribute.SIMPLE,
        TaskAttribute.ORDERED,
        TaskAttribute.HEAD_OF_QUEUE,
        TaskAttribute.ACA
    };

    private final TaskRequest request = new TaskRequest();
    private final byte[] shortCdb = new byte[ScsiCommand.CDB_LENGTH];
    private long expectedOut;
    private long expectedIn;
    private boolean last;
    private boolean immediate;
    private int cmdSn;

    /** Becomes what the PDU says; false when a field is not admissible. Not for bidirectional commands. */
    boolean read(ScsiCommand pdu, byte[] ahs) {
        byte[] cdb = cdb(pdu, ahs);
        if (cdb == null || pdu.attribute() >= ATTRIBUTES.length) {
            return false;
        }
        long expected = Integer.toUnsignedLong(pdu.expectedDataTransferLength());
        expectedOut = pdu.write() ? expected : 0;
        expectedIn = pdu.read() ? expected : 0;
        last = pdu.isFinal();
        immediate = pdu.immediate();
        cmdSn = pdu.cmdSn();
        request.set(pdu.lun(), cdb, ATTRIBUTES[pdu.attribute()], Integer.toUnsignedLong(pdu.initiatorTaskTag()));
        request.expect(clamp(expectedOut), clamp(expectedIn));
        return true;
    }

    private static int clamp(long bytes) {
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }

    /**
     * The CDB with what an additional header segment adds to it:
     *
     * <pre>
     *   +---------------+---------------+---------------+---------------+
     *  0| AHSLength                     | AHSType       | Reserved      |
     *   +---------------+---------------+---------------+---------------+
     *  4/ ExtendedCDB, AHSLength - 1 bytes, padded to four               /
     * </pre>
     */
    private byte @Nullable [] cdb(ScsiCommand pdu, byte[] ahs) {
        byte[] cdb = shortCdb;
        pdu.copyCdb(cdb);
        int at = 0;
        while (at < ahs.length) {
            int length = (ahs[at] & 0xff) << 8 | (ahs[at + 1] & 0xff);
            int extra = length - 1;
            int type = ahs[at + 2] & 0x3f;
            int next = at + ((length + 3 + 3) & ~3);
            boolean valid = type == AHS_EXTENDED_CDB
                    && extra >= 1
                    && next <= ahs.length
                    && cdb.length == ScsiCommand.CDB_LENGTH
                    && cdb.length + extra <= MAX_CDB;
            if (!valid) {
                return null;
            }
            cdb = Arrays.copyOf(cdb, cdb.length + extra);
            System.arraycopy(ahs, at + AHS_HEADER, cdb, ScsiCommand.CDB_LENGTH, extra);
            at = next;
        }
        return cdb;
    }

    /** For the device. */
    TaskRequest request() {
        return request;
    }

    /** EDTL when W is set, else 0. */
    long expectedOut() {
        return expectedOut;
    }

    /** EDTL when R is set, else 0. */
    long expectedIn() {
        return expectedIn;
    }

    /** F: no unsolicited Data-Out follows. */
    boolean isFinal() {
        return last;
    }

    boolean immediate() {
        return immediate;
    }

    int cmdSn() {
        return cmdSn;
    }
}
