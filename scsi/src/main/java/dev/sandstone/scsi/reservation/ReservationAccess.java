package dev.sandstone.scsi.reservation;

/** What a command does that a persistent reservation may exclude (SPC-4 5.12.1 table 70, SBC-3 table 13). */
public enum ReservationAccess {
    /** Nothing: it runs under every reservation, or judges by itself. */
    FREE,
    /** It reads: excluded by the exclusive access types. */
    READS,
    /** It changes something: excluded by all types. */
    WRITES
}
