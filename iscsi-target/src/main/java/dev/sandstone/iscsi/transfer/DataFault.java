package dev.sandstone.iscsi.transfer;

/** Why a command's write data cannot be used, each with its additional sense (RFC 7143 11.4.7.2); the key is ABORTED COMMAND. */
public enum DataFault {
    /** Data that neither the command's rules nor an R2T called for. */
    UNEXPECTED_UNSOLICITED(0x0c, 0x0c),
    /** More or less data than the sequence holds, or at another offset. */
    INCORRECT_AMOUNT(0x0c, 0x0d),
    /** A Data-Out PDU was lost or damaged: wrong data digest, wrong DataSN, sequences out of order. */
    SERVICE_CRC(0x47, 0x05);

    /** Sense key ABORTED COMMAND. */
    public static final int SENSE_KEY = 0x0b;

    private final int asc;
    private final int ascq;

    DataFault(int asc, int ascq) {
        this.asc = asc;
        this.ascq = ascq;
    }

    public int asc() {
        return asc;
    }

    public int ascq() {
        return ascq;
    }

    /** Fixed-format sense data (SPC-4 4.5.3) for a command that ends before it reached its device. */
    byte[] sense() {
        byte[] sense = new byte[18];
        sense[0] = 0x70;
        sense[2] = SENSE_KEY;
        sense[7] = 10;
        sense[12] = (byte) asc;
        sense[13] = (byte) ascq;
        return sense;
    }
}
