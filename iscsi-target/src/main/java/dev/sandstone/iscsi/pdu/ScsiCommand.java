package dev.sandstone.iscsi.pdu;

import java.util.Arrays;

/**
 * RFC 7143 11.3: a SCSI command, maybe with immediate data.
 *
 * <pre>
 * Byte/     0       |       1       |       2       |       3       |
 *    |0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|
 *    +---------------+---------------+---------------+---------------+
 *   0|.|I| 0x01      |F|R|W|. .|ATTR |Reserved       |Reserved       |
 *    +---------------+---------------+---------------+---------------+
 *   4|TotalAHSLength | DataSegmentLength                             |
 *    +---------------+---------------+---------------+---------------+
 *   8| Logical Unit Number (LUN)                                     |
 *    +                                                               +
 *  12|                                                               |
 *    +---------------+---------------+---------------+---------------+
 *  16| Initiator Task Tag                                            |
 *    +---------------+---------------+---------------+---------------+
 *  20| Expected Data Transfer Length                                 |
 *    +---------------+---------------+---------------+---------------+
 *  24| CmdSN                                                         |
 *    +---------------+---------------+---------------+---------------+
 *  28| ExpStatSN                                                     |
 *    +---------------+---------------+---------------+---------------+
 *  32/ SCSI Command Descriptor Block (CDB)                           /
 *    +---------------+---------------+---------------+---------------+
 * </pre>
 */
public final class ScsiCommand extends RequestBhs {
    static final int READ = 0x40;
    static final int WRITE = 0x20;
    static final int ATTRIBUTE_MASK = 0x07;
    static final int EXPECTED_DATA_TRANSFER_LENGTH_OFFSET = 20;
    static final int CDB_OFFSET = 32;
    /** CDB bytes in the basic header; longer CDBs go on in an additional header segment. */
    public static final int CDB_LENGTH = 16;

    /** A new header of this type, every other field zero. */
    public ScsiCommand() {
        start(Opcode.SCSI_COMMAND, true);
    }

    /** A view of a received header. */
    public ScsiCommand(Bhs bhs) {
        super(bhs);
    }

    /** The R bit: Data-In is expected. */
    public boolean read() {
        return flag(FLAGS_OFFSET, READ);
    }

    public void read(boolean on) {
        flag(FLAGS_OFFSET, READ, on);
    }

    /** The W bit: Data-Out is expected. */
    public boolean write() {
        return flag(FLAGS_OFFSET, WRITE);
    }

    public void write(boolean on) {
        flag(FLAGS_OFFSET, WRITE, on);
    }

    /** EDTL in bytes, unsigned; of Data-Out when bidirectional. */
    public int expectedDataTransferLength() {
        return intAt(EXPECTED_DATA_TRANSFER_LENGTH_OFFSET);
    }

    public void expectedDataTransferLength(int value) {
        intAt(EXPECTED_DATA_TRANSFER_LENGTH_OFFSET, value);
    }

    /** ATTR: 0 untagged, 1 simple, 2 ordered, 3 head of queue, 4 ACA; 5 to 7 reserved. */
    public int attribute() {
        return flags() & ATTRIBUTE_MASK;
    }

    public void attribute(int value) {
        flags((flags() & ~ATTRIBUTE_MASK) | (value & ATTRIBUTE_MASK));
    }

    /** Copies the 16 CDB bytes of the basic header to the start of the array. */
    public void copyCdb(byte[] destination) {
        System.arraycopy(array(), CDB_OFFSET, destination, 0, CDB_LENGTH);
    }

    /** Sets the CDB from at most 16 bytes, zero-padded. */
    public void cdb(byte[] source) {
        Arrays.fill(array(), CDB_OFFSET, LENGTH, (byte) 0);
        System.arraycopy(source, 0, array(), CDB_OFFSET, Math.min(source.length, CDB_LENGTH));
    }
}
