package dev.sandstone.scsi.reservation;

import org.jspecify.annotations.Nullable;

/** Types of persistent reservations (SPC-4 table 111). */
public enum ReservationType {
    WRITE_EXCLUSIVE(0x1, false, false, false),
    EXCLUSIVE_ACCESS(0x3, true, false, false),
    WRITE_EXCLUSIVE_REGISTRANTS_ONLY(0x5, false, true, false),
    EXCLUSIVE_ACCESS_REGISTRANTS_ONLY(0x6, true, true, false),
    WRITE_EXCLUSIVE_ALL_REGISTRANTS(0x7, false, true, true),
    EXCLUSIVE_ACCESS_ALL_REGISTRANTS(0x8, true, true, true);

    private final int code;
    private final boolean excludesReads;
    private final boolean admitsRegistrants;
    private final boolean heldByAll;

    ReservationType(int code, boolean excludesReads, boolean admitsRegistrants, boolean heldByAll) {
        this.code = code;
        this.excludesReads = excludesReads;
        this.admitsRegistrants = admitsRegistrants;
        this.heldByAll = heldByAll;
    }

    /** The type of a TYPE field; null when the value is reserved. */
    public static @Nullable ReservationType of(int code) {
        for (ReservationType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        return null;
    }

    /** The TYPE field. */
    public int code() {
        return code;
    }

    /** Whether reads are excluded as writes are. */
    public boolean excludesReads() {
        return excludesReads;
    }

    /** Whether every registered nexus may do what the holder may. */
    public boolean admitsRegistrants() {
        return admitsRegistrants;
    }

    /** Whether every registered nexus is a holder. */
    public boolean heldByAll() {
        return heldByAll;
    }
}
