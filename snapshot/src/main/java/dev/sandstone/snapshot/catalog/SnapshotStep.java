package dev.sandstone.snapshot.catalog;

/**
 * Where a snapshot is in its life; says what its absence from the pool means.
 *
 * <pre>
 * CREATING --the pool has it--> READY --asked to delete--> DELETING --the pool no longer has it--> (no entry)
 *     |                           ^                            |
 *     +--the pool refused-> (no entry)                         +--the pool refused-> READY
 * </pre>
 */
public enum SnapshotStep {
    /** The pool was or will be asked for it: without a snapshot in the pool it never came to be. */
    CREATING,
    /** The pool reported it durable: without a snapshot in the pool something is wrong. */
    READY,
    /** It must go, whatever happens. */
    DELETING
}
