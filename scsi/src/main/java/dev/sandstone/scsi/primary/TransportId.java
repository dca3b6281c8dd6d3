package dev.sandstone.scsi.primary;

import dev.sandstone.scsi.cdb.ParameterList;
import dev.sandstone.scsi.name.IscsiName;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An iSCSI TransportID (SPC-4 7.6.4.6):
 *
 * <pre>
 *   0  TPID FORMAT (bits 7-6): 00b the initiator device, 01b an initiator port; PROTOCOL IDENTIFIER 5h (bits 3-0)
 *   1  reserved
 *   2  ADDITIONAL LENGTH (2), at least 20, a multiple of 4
 *   4  the iSCSI name, UTF-8, null-terminated, null-padded; of a port with ",i,0x" and its ISID, 12 hexadecimal digits
 * </pre>
 *
 * @param name of the initiator port, or of the initiator device, as those of sessions are written
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
    private static final Pattern ISID = Pattern.compile("[0-9a-f]{12}");

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
        if (list.u8(at + 1) != 0) {
            throw list.invalid(at + 1);
        }
        int length = list.u16(at + 2);
        if (length < LEAST_NAME_BYTES || length > MOST_NAME_BYTES || length % 4 != 0) {
            throw list.invalid(at + 2);
        }
        boolean port = (first & PORT_FORMAT) != 0;
        String name = text(list.bytes(at + HEADER_BYTES, length))
                .flatMap(text -> port ? portName(text) : IscsiName.normalise(text))
                .orElseThrow(() -> list.invalid(at + HEADER_BYTES));
        return new TransportId(name, port, HEADER_BYTES + length);
    }

    /** Null-terminated, and null-padded. */
    private static Optional<String> text(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        if (end == bytes.length) {
            return Optional.empty();
        }
        try {
            ByteBuffer name = ByteBuffer.wrap(bytes, 0, end);
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(name).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> portName(String text) {
        int separator = text.indexOf(SEPARATOR);
        if (separator < 0) {
            return Optional.empty();
        }
        String isid = text.substring(separator + SEPARATOR.length()).toLowerCase(Locale.ROOT);
        return ISID.matcher(isid).matches()
                ? IscsiName.normalise(text.substring(0, separator)).map(name -> name + SEPARATOR + isid)
                : Optional.empty();
    }
}
