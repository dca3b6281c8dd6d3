package dev.sandstone.iscsi.pdu;

import org.jspecify.annotations.Nullable;

/** RFC 7143 11.2.1.2: every opcode, who sends it, and what may follow its basic header. */
public enum Opcode {
    NOP_OUT(0x00, Payload.DATA),
    SCSI_COMMAND(0x01, Payload.AHS_AND_DATA),
    TASK_MANAGEMENT_REQUEST(0x02, Payload.NONE),
    LOGIN_REQUEST(0x03, Payload.DATA),
    TEXT_REQUEST(0x04, Payload.DATA),
    DATA_OUT(0x05, Payload.DATA),
    LOGOUT_REQUEST(0x06, Payload.NONE),
    SNACK_REQUEST(0x10, Payload.NONE),

    NOP_IN(0x20, Payload.DATA),
    SCSI_RESPONSE(0x21, Payload.DATA),
    TASK_MANAGEMENT_RESPONSE(0x22, Payload.NONE),
    LOGIN_RESPONSE(0x23, Payload.DATA),
    TEXT_RESPONSE(0x24, Payload.DATA),
    DATA_IN(0x25, Payload.DATA),
    LOGOUT_RESPONSE(0x26, Payload.NONE),
    R2T(0x31, Payload.NONE),
    ASYNC_MESSAGE(0x32, Payload.DATA),
    REJECT(0x3f, Payload.DATA);

    private enum Payload {
        NONE,
        DATA,
        AHS_AND_DATA
    }

    private static final int FIRST_TARGET_CODE = 0x20;
    private static final @Nullable Opcode[] BY_CODE = new @Nullable Opcode[Bhs.OPCODE_MASK + 1];

    static {
        for (Opcode opcode : values()) {
            BY_CODE[opcode.code] = opcode;
        }
    }

    private final int code;
    private final Payload payload;

    Opcode(int code, Payload payload) {
        this.code = code;
        this.payload = payload;
    }

    /** The opcode with these six bits, or null when there is none. */
    public static @Nullable Opcode of(int code) {
        return BY_CODE[code & Bhs.OPCODE_MASK];
    }

    /** The six bits of the opcode field. */
    public int code() {
        return code;
    }

    /** Whether an initiator sends it; else a target does. */
    public boolean fromInitiator() {
        return code < FIRST_TARGET_CODE;
    }

    /** Whether additional header segments may follow the basic header. */
    public boolean mayCarryAhs() {
        return payload == Payload.AHS_AND_DATA;
    }

    /** Whether a data segment may follow. */
    public boolean mayCarryData() {
        return payload != Payload.NONE;
    }
}
