package dev.sandstone.iscsi.session;

import dev.sandstone.iscsi.pdu.ScsiCommand;
import dev.sandstone.iscsi.transfer.Transfer;
import dev.sandstone.scsi.task.TaskAttribute;
import dev.sandstone.scsi.task.TaskRequest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A SCSI Command PDU read into a command (RFC 7143 11.3). */
record TransferCommand(Transfer.Command command) {
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

    /** Null when a field is not admissible. Not for bidirectional commands. */
    static @Nullable TransferCommand parse(ScsiCommand pdu, byte[] ahs) {
        byte[] cdb = cdb(pdu, ahs);
        if (cdb == null || pdu.attribute() >= ATTRIBUTES.length) {
            return null;
        }
        long expected = Integer.toUnsignedLong(pdu.expectedDataTransferLength());
        long out = pdu.write() ? expected : 0;
        long in = pdu.read() ? expected : 0;
        TaskRequest request = new TaskRequest(
                pdu.lun(),
                cdb,
                ATTRIBUTES[pdu.attribute()],
                Integer.toUnsignedLong(pdu.initiatorTaskTag()),
                clamp(out),
                clamp(in));
        return new TransferCommand(new Transfer.Command(request, out, in, pdu.isFinal(), pdu.immediate(), pdu.cmdSn()));
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
    private static byte @Nullable [] cdb(ScsiCommand pdu, byte[] ahs) {
        byte[] cdb = new byte[ScsiCommand.CDB_LENGTH];
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
}
