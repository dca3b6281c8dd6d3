package dev.sandstone.scsi.command;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.reservation.ReservationAccess;
import java.util.HexFormat;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One operation code, or one service action of it: what the device server must know before and after the handler.
 *
 * <p>The usage map is that of REPORT SUPPORTED OPERATION CODES (SPC-4 6.33.3): byte 0 the operation code, the SERVICE ACTION
 * field its value, every other bit set when the device evaluates it. A bit that is clear there and set in a CDB ends the
 * command with 24/00.
 */
public final class CommandRow {
    /** For operation codes without service actions. */
    public static final int NO_SERVICE_ACTION = -1;

    private static final int SERVICE_ACTION_MASK = 0x1F;

    /** The operation code of CDBs whose length and service action stand in them (SPC-4 4.3.3). */
    static final int VARIABLE_LENGTH = 0x7F;

    private final String name;
    private final String clause;
    private final byte[] usage;
    private final int serviceAction;
    private final DataDirection direction;
    private final CommandHandler handler;
    private final @Nullable DeviceCommandHandler withoutUnit;
    private final boolean needsMedium;
    private final boolean writes;
    private final boolean beforeAttention;
    private final Predicate<Cdb> despiteReservation;
    private final boolean unlessReserved;
    private final Predicate<Cdb> readOnlyMay;
    private final @Nullable ReservationAccess access;
    private final boolean whileErasing;
    private final boolean afterFailedErase;
    private final boolean unlisted;

    private CommandRow(Builder from, CommandHandler handler) {
        this.name = from.name;
        this.clause = from.clause;
        this.usage = from.usage;
        this.serviceAction = from.serviceAction;
        this.direction = from.direction;
        this.handler = handler;
        this.withoutUnit = from.withoutUnit;
        this.needsMedium = from.needsMedium;
        this.writes = from.writes;
        this.beforeAttention = from.beforeAttention;
        this.despiteReservation = from.despiteReservation;
        this.unlessReserved = from.unlessReserved;
        this.readOnlyMay = from.readOnlyMay;
        this.access = from.access;
        this.whileErasing = from.whileErasing || from.beforeAttention;
        this.afterFailedErase = from.afterFailedErase;
        this.unlisted = from.unlisted;
    }

    /**
     * Begins a row.
     *
     * @param name as the standard spells it, e.g. {@code READ(10)}
     * @param clause where the standard has it, e.g. {@code SBC-3 5.11}
     * @param usage the usage map in hexadecimal, blanks allowed; its length is the CDB's
     */
    public static Builder of(String name, String clause, String usage) {
        return new Builder(name, clause, HexFormat.of().parseHex(usage.replace(" ", "")));
    }

    public String name() {
        return name;
    }

    /** The standard and its clause. */
    public String clause() {
        return clause;
    }

    public int opcode() {
        return usage[0] & 0xFF;
    }

    /** The service action, or {@link #NO_SERVICE_ACTION}. */
    public int serviceAction() {
        return serviceAction;
    }

    public boolean hasServiceAction() {
        return serviceAction != NO_SERVICE_ACTION;
    }

    public int cdbLength() {
        return usage.length;
    }

    /** A copy of the usage map. */
    public byte[] usage() {
        return usage.clone();
    }

    public DataDirection direction() {
        return direction;
    }

    public CommandHandler handler() {
        return handler;
    }

    /** What answers where the LUN has no block device; null: LOGICAL UNIT NOT SUPPORTED does. */
    public @Nullable DeviceCommandHandler withoutUnit() {
        return withoutUnit;
    }

    public boolean needsMedium() {
        return needsMedium;
    }

    public boolean writes() {
        return writes;
    }

    /** Whether it runs while a unit attention is pending (SAM-5 5.14: INQUIRY, REPORT LUNS, REQUEST SENSE). */
    public boolean beforeAttention() {
        return beforeAttention;
    }

    /** Whether the list of all commands leaves it out, for initiators that take a CDB for at most 16 bytes; asked for it is told. */
    public boolean unlisted() {
        return unlisted;
    }

    /** Whether it runs while the unit is formatted or sanitized, or after that failed (SBC-3 4.11.2). */
    public boolean whileErasing() {
        return whileErasing;
    }

    /** Whether it may run after a format or a sanitize has failed, though not during one. */
    public boolean afterFailedErase() {
        return afterFailedErase;
    }

    /** Whether it runs while another nexus has reserved the unit (SPC-2 table 9 and its footnotes). */
    public boolean despiteReservation(Cdb cdb) {
        return despiteReservation.test(cdb);
    }

    /** Whether it conflicts while any nexus has reserved the unit, its own too (SPC-2 5.5.1: PERSISTENT RESERVE IN and OUT). */
    public boolean unlessReserved() {
        return unlessReserved;
    }

    /**
     * Whether an initiator that was granted the unit read-only may send it: it reads, or does nothing that others could be kept
     * from their work by. Rows that say nothing are refused with 27/00.
     */
    public boolean readOnlyMay(Cdb cdb) {
        return readOnlyMay.test(cdb);
    }

    /** What a persistent reservation may exclude it for; what says nothing runs where RESERVE lets it, else it writes. */
    public ReservationAccess access(Cdb cdb) {
        if (access != null) {
            return access;
        }
        return despiteReservation(cdb) ? ReservationAccess.FREE : ReservationAccess.WRITES;
    }

    /**
     * Finds the first bit of the CDB that is set and not evaluated.
     *
     * @return {@code byte * 8 + bit}, or -1 when there is none
     */
    public int firstReservedBit(Cdb cdb) {
        for (int at = 1; at < usage.length; at++) {
            int allowed = usage[at] & 0xFF;
            if (at == 1 && hasServiceAction() && opcode() != VARIABLE_LENGTH) {
                allowed |= SERVICE_ACTION_MASK;
            }
            int wrong = cdb.u8(at) & ~allowed;
            if (wrong != 0) {
                return at * 8 + 31 - Integer.numberOfLeadingZeros(wrong);
            }
        }
        return -1;
    }

    /** Ends the command with 24/00, pointing at the first bit that is set and not evaluated, if there is one. */
    public void checkReserved(Cdb cdb) {
        int wrong = firstReservedBit(cdb);
        if (wrong >= 0) {
            throw cdb.invalid(wrong / 8, wrong % 8);
        }
    }

    @Override
    public String toString() {
        return name;
    }

    /** Collects what a row says; every call returns the same builder. */
    public static final class Builder {
        private final String name;
        private final String clause;
        private final byte[] usage;
        private int serviceAction = NO_SERVICE_ACTION;
        private DataDirection direction = DataDirection.NONE;
        private @Nullable DeviceCommandHandler withoutUnit;
        private boolean needsMedium;
        private boolean writes;
        private boolean beforeAttention;
        private Predicate<Cdb> despiteReservation = cdb -> false;
        private boolean unlessReserved;
        private Predicate<Cdb> readOnlyMay = cdb -> false;
        private @Nullable ReservationAccess access;
        private boolean whileErasing;
        private boolean afterFailedErase;
        private boolean unlisted;

        private Builder(String name, String clause, byte[] usage) {
            this.name = name;
            this.clause = clause;
            this.usage = usage;
        }

        /** Byte 1 bits 4 to 0 of the usage map are a SERVICE ACTION; in a variable length CDB bytes 8 and 9 are. */
        public Builder serviceAction() {
            boolean variable = (usage[0] & 0xFF) == VARIABLE_LENGTH;
            serviceAction = variable ? ((usage[8] & 0xFF) << 8) | (usage[9] & 0xFF) : usage[1] & SERVICE_ACTION_MASK;
            return this;
        }

        public Builder dataIn() {
            direction = DataDirection.IN;
            return this;
        }

        public Builder dataOut() {
            direction = DataDirection.OUT;
            return this;
        }

        /** Not ready while the medium is ejected. */
        public Builder needsMedium() {
            needsMedium = true;
            return this;
        }

        /** Refused with 27/00 on a write-protected unit. Implies {@link #needsMedium}. */
        public Builder writes() {
            writes = true;
            return needsMedium();
        }

        public Builder beforeAttention() {
            beforeAttention = true;
            return this;
        }

        public Builder despiteReservation() {
            despiteReservation = cdb -> true;
            return this;
        }

        /** Allowed under another nexus's reservation when the CDB says so, e.g. PREVENT ALLOW with PREVENT zero. */
        public Builder despiteReservationIf(Predicate<Cdb> allowed) {
            despiteReservation = allowed;
            return this;
        }

        public Builder unlessReserved() {
            unlessReserved = true;
            return this;
        }

        public Builder readOnlyMay() {
            return readOnlyMayIf(cdb -> true);
        }

        /** Served to an initiator that may only read when the CDB says so, e.g. START STOP UNIT that only starts. */
        public Builder readOnlyMayIf(Predicate<Cdb> harmless) {
            readOnlyMay = harmless;
            return this;
        }

        public Builder unlisted() {
            unlisted = true;
            return this;
        }

        public Builder whileErasing() {
            whileErasing = true;
            return this;
        }

        public Builder afterFailedErase() {
            afterFailedErase = true;
            return this;
        }

        /** Under a persistent reservation of another nexus it counts as that (SPC-4 table 70, SBC-3 table 13). */
        public Builder reservationAccess(ReservationAccess kind) {
            access = kind;
            return this;
        }

        /** Answered also where the LUN has no block device. */
        public Builder withoutUnit(DeviceCommandHandler answer) {
            withoutUnit = answer;
            return this;
        }

        /** The row, complete. */
        public CommandRow runs(CommandHandler handler) {
            return new CommandRow(this, handler);
        }
    }
}
