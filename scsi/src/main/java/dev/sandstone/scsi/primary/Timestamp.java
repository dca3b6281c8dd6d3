package dev.sandstone.scsi.primary;

import dev.sandstone.scsi.command.UnitCommand;
import java.nio.ByteBuffer;

/** REPORT TIMESTAMP (SPC-4 6.38): the array's own clock, which no initiator sets. */
final class Timestamp {
    private static final int ALLOCATION_LENGTH = 6;

    /** TIMESTAMP ORIGIN: initialized by methods outside of the standard. */
    private static final int OWN_CLOCK = 0x03;

    private static final int MICROS_A_MILLISECOND = 1000;

    private Timestamp() {}

    static void report(UnitCommand command) {
        long now = command.unit().wallClockMicros() / MICROS_A_MILLISECOND;
        ByteBuffer data = ByteBuffer.allocate(12);
        data.putShort((short) 10).put((byte) OWN_CLOCK).put((byte) 0);
        data.putShort((short) (now >>> 32)).putInt((int) now);
        command.good(data.array(), command.cdb().u32(ALLOCATION_LENGTH));
    }
}
