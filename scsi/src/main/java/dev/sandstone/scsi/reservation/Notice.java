package dev.sandstone.scsi.reservation;

/** What a nexus is told about a change of the persistent reservations that another one made. */
public enum Notice {
    RESERVATIONS_PREEMPTED,
    RESERVATIONS_RELEASED,
    REGISTRATIONS_PREEMPTED
}
