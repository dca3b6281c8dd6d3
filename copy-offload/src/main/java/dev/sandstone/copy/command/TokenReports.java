package dev.sandstone.copy.command;

import dev.sandstone.copy.token.RodToken;
import dev.sandstone.copy.token.RodTokens;
import dev.sandstone.scsi.command.UnitCommand;
import java.nio.ByteBuffer;
import java.util.List;

/** RECEIVE ROD TOKEN INFORMATION (SPC-4 6.26, SBC-4 5.25) and REPORT ALL ROD TOKENS (SPC-4 6.31). */
final class TokenReports {
    private static final int LIST_IDENTIFIER = 2;
    private static final int ALLOCATION_LENGTH = 10;
    private static final int LENGTH_BYTES = 4;

    /** ID FOR CREATING ROD CSCD DESCRIPTOR, reserved here, and the token. */
    private static final int DESCRIPTOR_BYTES = 2 + RodToken.BYTES;

    private static final int LIST_HEADER = 8;

    private final ReceiveCopy receive;
    private final RodTokens tokens;

    TokenReports(ReceiveCopy receive, RodTokens tokens) {
        this.receive = receive;
        this.tokens = tokens;
    }

    /** How an operation goes, and the token that it made: this once, or never when the allocation length is zero. */
    void information(UnitCommand command) {
        CopyOperation operation = receive.find(command, command.cdb().u32(LIST_IDENTIFIER));
        boolean ofTokens = operation.serviceAction() >= CopyOffload.FIRST_TOKEN_ACTION;
        int units = ofTokens ? ReceiveCopy.UNITS_BLOCKS : ReceiveCopy.UNITS_BYTES;
        RodToken token = operation.token();
        int descriptors = token == null ? 0 : DESCRIPTOR_BYTES;
        byte[] data = ReceiveCopy.header(command, operation, units, LENGTH_BYTES + descriptors);
        ByteBuffer tail = ByteBuffer.wrap(data).position(data.length - LENGTH_BYTES - descriptors);
        tail.putInt(descriptors);
        if (token != null) {
            tail.putShort((short) 0).put(token.bytes());
        }
        long allocation = command.cdb().u32(ALLOCATION_LENGTH);
        if (allocation == 0 || allocation >= data.length) {
            operation.tokenTold();
        }
        command.good(data, allocation);
    }

    /** The ROD management tokens of this unit's copy manager, whoever they were made for. */
    void all(UnitCommand command) {
        List<byte[]> made = tokens.madeOf(command.unit());
        ByteBuffer data = ByteBuffer.allocate(LIST_HEADER + made.size() * RodToken.MANAGEMENT_BYTES);
        data.putInt(data.capacity() - LENGTH_BYTES).position(LIST_HEADER);
        made.forEach(data::put);
        command.good(data.array(), command.cdb().u32(ALLOCATION_LENGTH));
    }
}
