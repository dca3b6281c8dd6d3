package dev.sandstone.engine.volume;

/** How an operation on a volume or a pool ended. */
public enum EngineStatus {
    /** Done; for a write under its volume's policy, see {@link WritePolicy}. */
    OK,
    /** COMPARE AND WRITE found other bytes; the detail is the byte offset of the first difference. Nothing was written. */
    MISCOMPARE,
    /** Data of the range is lost on every copy; the detail is the first such 512-byte block address. */
    MEDIUM_ERROR,
    /** The pool has no room for a write that needs some; nothing was written. */
    SPACE_EXHAUSTED,
    /** Cannot be taken now, may be taken later (space is being reclaimed, too many requests); nothing was written. */
    BUSY,
    /** The range does not lie inside the volume. */
    OUT_OF_RANGE,
    /** The store failed; whether a write took effect is unknown, as after a power cut. */
    IO_ERROR,
    /** No such volume, or it was destroyed meanwhile. */
    NOT_FOUND,
    /** The volume or snapshot exists already. */
    EXISTS,
    /** It names more than one record of the log can; nothing has changed, and fewer can be asked for. */
    TOO_MANY,
    /** What it is about cannot be written. */
    NOT_PERMITTED,
    /** The pool is closing or closed. */
    CLOSED
}
