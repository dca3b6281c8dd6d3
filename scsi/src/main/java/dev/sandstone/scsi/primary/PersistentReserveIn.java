package dev.sandstone.scsi.primary;

import dev.sandstone.scsi.command.UnitCommand;
import dev.sandstone.scsi.reservation.PersistentState;
import dev.sandstone.scsi.reservation.PortId;
import dev.sandstone.scsi.reservation.ReservationType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Map;

/** PERSISTENT RESERVE IN (SPC-4 6.16): READ KEYS, READ RESERVATION, REPORT CAPABILITIES, READ FULL STATUS. */
final class PersistentReserveIn {
    private static final int ALLOCATION_LENGTH = 7;
    private static final int HEADER_BYTES = 8;
    private static final int STATUS_BYTES = 24;
    private static final int R_HOLDER = 0x01;

    /** CRH, SIP_C, ATP_C, PTPL_C. */
    private static final int CAPABILITIES = 0x10 | 0x08 | 0x04 | 0x01;

    /** TMV, and ALLOW COMMANDS 001b: TEST UNIT READY runs under every reservation. */
    private static final int MASK_AND_ALLOWED = 0x80 | 0x10;

    private static final int PTPL_A = 0x01;

    private PersistentReserveIn() {}

    static void readKeys(UnitCommand command) {
        PersistentState state = state(command);
        ByteBuffer data = ByteBuffer.allocate(HEADER_BYTES + state.keys().size() * Long.BYTES);
        data.putInt(state.generation()).putInt(data.capacity() - HEADER_BYTES);
        state.keys().values().forEach(data::putLong);
        answer(command, data.array());
    }

    static void readReservation(UnitCommand command) {
        PersistentState state = state(command);
        ReservationType type = state.type();
        ByteBuffer data = ByteBuffer.allocate(type == null ? HEADER_BYTES : HEADER_BYTES + 16);
        data.putInt(state.generation()).putInt(data.capacity() - HEADER_BYTES);
        if (type != null) {
            data.putLong(state.reservationKey()).putInt(0).put((byte) 0).put((byte) type.code());
        }
        answer(command, data.array());
    }

    static void reportCapabilities(UnitCommand command) {
        int types = 0;
        for (ReservationType type : ReservationType.values()) {
            // Byte 4 has bits for the types 1 to 7, byte 5 bit 0 is type 8 (SPC-4 table 116).
            types |= type.code() < 8 ? 1 << (8 + type.code()) : 1;
        }
        ByteBuffer data = ByteBuffer.allocate(HEADER_BYTES);
        data.putShort((short) HEADER_BYTES).put((byte) CAPABILITIES);
        data.put((byte) (MASK_AND_ALLOWED | (state(command).aptpl() ? PTPL_A : 0)));
        data.putShort((short) types);
        answer(command, data.array());
    }

    static void readFullStatus(UnitCommand command) {
        PersistentState state = state(command);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Map.Entry<PortId, Long> registration : state.keys().entrySet()) {
            all.writeBytes(status(state, registration.getKey(), registration.getValue()));
        }
        ByteBuffer data = ByteBuffer.allocate(HEADER_BYTES + all.size());
        data.putInt(state.generation()).putInt(all.size()).put(all.toByteArray());
        answer(command, data.array());
    }

    /** A full status descriptor (SPC-4 table 118). ALL_TG_PT is zero: registrations are kept port by port. */
    private static byte[] status(PersistentState state, PortId nexus, long key) {
        byte[] transportId = TransportId.encode(nexus.initiatorPort());
        ReservationType held = state.holds(nexus) ? state.type() : null;
        ByteBuffer data = ByteBuffer.allocate(STATUS_BYTES + transportId.length);
        data.putLong(key).putInt(0);
        data.put((byte) (held == null ? 0 : R_HOLDER))
                .put((byte) (held == null ? 0 : held.code()))
                .putInt(0);
        data.putShort((short) nexus.targetPort());
        data.putInt(transportId.length).put(transportId);
        return data.array();
    }

    private static PersistentState state(UnitCommand command) {
        return command.unit().persistent().state();
    }

    private static void answer(UnitCommand command, byte[] data) {
        command.good(data, command.cdb().u16(ALLOCATION_LENGTH));
    }
}
