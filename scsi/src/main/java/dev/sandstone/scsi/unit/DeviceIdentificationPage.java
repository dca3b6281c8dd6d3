package dev.sandstone.scsi.unit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Device Identification (SPC-4 7.8.6): the unit by NAA and by T10 vendor identification, the target port the command came by
 * by name, by relative identifier and by its target port group, and the target device by name.
 */
public final class DeviceIdentificationPage implements VpdPage {
    private static final int BINARY = 1;
    private static final int ASCII = 2;
    private static final int UTF_8 = 3;

    private static final int LOGICAL_UNIT = 0x00;
    private static final int TARGET_PORT = 0x10;
    private static final int TARGET_DEVICE = 0x20;

    private static final int T10_VENDOR_ID = 0x1;
    private static final int NAA = 0x3;
    private static final int RELATIVE_TARGET_PORT = 0x4;
    private static final int TARGET_PORT_GROUP = 0x5;
    private static final int SCSI_NAME_STRING = 0x8;

    /** PIV, and iSCSI as PROTOCOL IDENTIFIER in the code set's byte. */
    private static final int PIV = 0x80;

    private static final int ISCSI = 0x50;

    /** PAGE CODE. */
    public static final int CODE = 0x83;

    @Override
    public int code() {
        return CODE;
    }

    @Override
    public byte[] body(LogicalUnit unit, ItlNexus nexus) {
        UnitAttributes attributes = unit.attributes();
        byte[] t10 = (ProductIdentity.VENDOR + attributes.serial()).getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        append(page, BINARY, LOGICAL_UNIT | NAA, HexFormat.of().parseHex(attributes.naa()));
        append(page, ASCII, LOGICAL_UNIT | T10_VENDOR_ID, t10);
        page.writeBytes(target(nexus.route()));
        return page.toByteArray();
    }

    /** The designators of target port and target device: all there are where no unit is, as in the REPORT LUNS well known one. */
    public static byte[] target(Route route) {
        int port = route.port();
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        append(page, ISCSI | BINARY, PIV | TARGET_PORT | RELATIVE_TARGET_PORT, number(port & 0xFFFF));
        append(
                page,
                ISCSI | BINARY,
                PIV | TARGET_PORT | TARGET_PORT_GROUP,
                number(route.ports().groupOf(port)));
        page.writeBytes(portName(route.targetName(), port));
        append(page, ISCSI | UTF_8, PIV | TARGET_DEVICE | SCSI_NAME_STRING, name(route.targetName()));
        return page.toByteArray();
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    /** The designation descriptor with the name of a target port. */
    static byte[] portName(String targetName, int port) {
        String portName = targetName + String.format(Locale.ROOT, ",t,0x%04x", port);
        ByteArrayOutputStream descriptor = new ByteArrayOutputStream();
        append(descriptor, ISCSI | UTF_8, PIV | TARGET_PORT | SCSI_NAME_STRING, name(portName));
        return descriptor.toByteArray();
    }

    private static void append(ByteArrayOutputStream page, int codeSet, int type, byte[] designator) {
        page.write(codeSet);
        page.write(type);
        page.write(0);
        page.write(designator.length);
        page.writeBytes(designator);
    }

    /** Null-terminated and padded to a multiple of four bytes (SPC-4 7.8.6.11); iSCSI names leave room for it. */
    private static byte[] name(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(utf8, (utf8.length + 4) & ~3);
    }
}
