package dev.sandstone.snapshot.catalog;

/** Why a snapshot exists. */
public enum SnapshotKind {
    /** Somebody asked for it. */
    MANUAL,
    /** What a volume was before it went back to another moment. */
    UNDO,
    /** The pool had it and nobody knew its name. */
    FOUND,
    /** A token of copy offload names it; gone with the token, at the latest when the array starts next. */
    TOKEN
}
