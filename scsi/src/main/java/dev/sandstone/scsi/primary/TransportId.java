package dev.sandstone.scsi.primary;

import dev.sandstone.scsi.cdb.ParameterList;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * An iSCSI TransportID (SPC-4 7.6.4.6):
 *
 * <pre>
 *   0  TPID FORMAT (bits 7-6): 00b the initiator device, 01b an initiator port; PROTOCOL IDENTIFIER 5h (bits 3-0)
 *   2  ADDITIONAL LENGTH (2), at least 20, a multiple of 4
 *   4  the name, UTF-8, null-terminated, null-padded; of a port with ",i,0x" and its ISID in hexadecimal
 * </pre>
 *
 * @param name of the initiator port, or of the initiator device
 * @param isPort which of both
 * @param bytes of the whole TransportID
 */
record TransportId(String name, boolean isPort, int bytes) {
    private static final int HEADER_BYTES = 4;
    private static final int LEAST_NAME_BYTES = 20;
    private static final int MOST_NAME_BYTES = 244;
    private static final int ISCSI = 0x05;
    private static final int PORT_FORMAT = 0x40;
    private static final String SEPARATOR = ",i,0x";

    static byte[] encode(String initiatorPort) {
        byte[] name = initiatorPort.getBytes(StandardCharsets.UTF_8);
        int padded = Math.max(LEAST_NAME_BYTES, (name.length + 4) & ~3);
        byte[] out =
                Arrays.copyOf(new byte[] {PORT_FORMAT | ISCSI, 0, (byte) (padded >>> 8), (byte) padded}, 4 + padded);
        System.arraycopy(name, 0, out, HEADER_BYTES, name.length);
        return out;
    }

    /** Reads one at that offset of a parameter list; 26/00 pointing into it when it is none. */
    static TransportId decode(ParameterList list, int at) {
        int first = list.u8(at);
        if ((first & 0x3F) != ISCSI || (first & 0x80) != 0) {
            throw list.invalid(at);
        }
        int length = list.u16(at + 2);
        if (length < LEAST_NAME_BYTES || length > MOST_NAME_BYTES || length % 4 != 0) {
            throw list.invalid(at + 2);
        }
        byte[] bytes = list.bytes(at + HEADER_BYTES, length);
        int end = 0;
        while (end < length && bytes[end] != 0) {
            end++;
        }
        boolean port = (first & PORT_FORMAT) != 0;
        String name = new String(bytes, 0, end, StandardCharsets.UTF_8);
        int separator = name.indexOf(SEPARATOR);
        if (end == 0 || end == length || (separator > 0) != port) {
            throw list.invalid(at + HEADER_BYTES);
        }
        return new TransportId(port ? canonical(name, separator) : name, port, HEADER_BYTES + length);
    }

    /** As the ports of sessions are named: hexadecimal digits in lower case. */
    private static String canonical(String name, int separator) {
        String isid = name.substring(separator + SEPARATOR.length()).toLowerCase(Locale.ROOT);
        return name.substring(0, separator) + SEPARATOR + "0".repeat(Math.max(0, 12 - isid.length())) + isid;
    }
}
