package dev.sandstone.engine.space;

/** Port: the facts that decide whether a write may take space. Asked on the shard's loop, must be cheap. */
public interface SpaceSupply {
    /** Bytes that can be appended at once: free segments and the room in open ones. */
    long freeBytes();

    /** Bytes that what gives space back can append at once, reserves included. */
    default long lastBytes() {
        return freeBytes();
    }

    /**
     * Bytes that what makes as much garbage as it takes can append at once: those, and what cleaning has in its open segment
     * beyond the slots that it must have.
     */
    default long displacingBytes() {
        return freeBytes();
    }

    /** Bytes of those for what gives space back only; they change with the pool. */
    long reserveBytes();

    /** Bytes that cleaning can add to that; 0 when it cannot help. */
    long reclaimableBytes();

    /** Bytes that the file system of the metadata store can still take. */
    long metadataRoomBytes();
}
