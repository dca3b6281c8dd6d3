package dev.sandstone.iscsi.session;

/** Why a connection of a session is gone: what becomes of its commands. */
enum Departure {
    /** It failed, or was closed for a fault: at error recovery level 2 its commands wait for another connection. */
    LOST,
    /** It was logged out, or another took its place: its commands were ended before. */
    CLOSED,
    /** It was removed for recovery (RFC 7143 11.14.1): its commands may be reassigned at once. */
    REMOVED
}
