package dev.sandstone.copy.command;

import dev.sandstone.copy.token.TokenLimits;
import dev.sandstone.scsi.command.CommandRow;
import dev.sandstone.scsi.unit.ItlNexus;
import dev.sandstone.scsi.unit.LogicalUnit;
import dev.sandstone.scsi.unit.VpdPage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** Third-party Copy VPD page (SPC-4 7.8.17): what the copy manager serves, and how far it goes. */
final class ThirdPartyCopyPage implements VpdPage {
    private static final int ROD_TOKEN_LIMITS = 0x0000;
    private static final int SUPPORTED_COMMANDS = 0x0001;
    private static final int PARAMETER_DATA = 0x0004;
    private static final int SUPPORTED_DESCRIPTORS = 0x0008;
    private static final int SUPPORTED_CSCD_IDS = 0x000C;
    private static final int GENERAL_COPY_OPERATIONS = 0x8001;

    private final byte[] body;

    /** @param rows every third-party copy command that is served, by operation code and service action, ascending */
    ThirdPartyCopyPage(List<CommandRow> rows) {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        append(page, ROD_TOKEN_LIMITS, tokenLimits());
        append(page, SUPPORTED_COMMANDS, commands(rows));
        append(page, PARAMETER_DATA, parameterData());
        append(page, SUPPORTED_DESCRIPTORS, new byte[] {2, SegmentDescriptor.TYPE_CODE, (byte) Cscd.TYPE_CODE});
        // Indices into the list of CSCD descriptors need no mention; no other ID is supported.
        append(page, SUPPORTED_CSCD_IDS, new byte[2]);
        append(page, GENERAL_COPY_OPERATIONS, generalOperations());
        body = page.toByteArray();
    }

    @Override
    public int code() {
        return 0x8F;
    }

    @Override
    public byte[] body(LogicalUnit unit, ItlNexus nexus) {
        return body.clone();
    }

    /** COMMANDS SUPPORTED LIST: for each operation code, how many service actions, and which. */
    private static byte[] commands(List<CommandRow> rows) {
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        rows.stream().map(CommandRow::opcode).distinct().forEach(opcode -> {
            List<CommandRow> actions =
                    rows.stream().filter(row -> row.opcode() == opcode).toList();
            list.write(opcode);
            list.write(actions.size());
            actions.forEach(row -> list.write(row.serviceAction()));
        });
        ByteBuffer out = ByteBuffer.allocate(1 + list.size());
        return out.put((byte) list.size()).put(list.toByteArray()).array();
    }

    /** Block Device ROD Token Limits (SBC-4 6.6.9.3). */
    private static byte[] tokenLimits() {
        ByteBuffer data = ByteBuffer.allocate(32);
        data.putShort(6, (short) TokenLimits.RANGES);
        data.putInt(8, TokenLimits.MOST_IDLE_SECONDS);
        data.putInt(12, TokenLimits.IDLE_SECONDS);
        data.putLong(16, TokenLimits.MOST_BLOCKS);
        data.putLong(24, TokenLimits.OPTIMAL_BLOCKS);
        return data.array();
    }

    private static byte[] parameterData() {
        ByteBuffer data = ByteBuffer.allocate(28);
        data.putShort(4, (short) CopyLimits.CSCDS);
        data.putShort(6, (short) CopyLimits.SEGMENTS);
        data.putInt(8, CopyLimits.DESCRIPTOR_BYTES);
        return data.array();
    }

    private static byte[] generalOperations() {
        ByteBuffer data = ByteBuffer.allocate(32);
        data.putInt(CopyLimits.CONCURRENT);
        data.putInt(CopyLimits.CONCURRENT);
        data.putInt(CopyLimits.SEGMENT_BYTES);
        data.put((byte) CopyLimits.GRANULARITY);
        return data.array();
    }

    /** A third-party copy descriptor, padded to a multiple of four bytes. */
    private static void append(ByteArrayOutputStream page, int type, byte[] content) {
        int length = (content.length + 3) & ~3;
        page.writeBytes(ByteBuffer.allocate(4)
                .putShort((short) type)
                .putShort((short) length)
                .array());
        page.writeBytes(content);
        page.writeBytes(new byte[length - content.length]);
    }
}
