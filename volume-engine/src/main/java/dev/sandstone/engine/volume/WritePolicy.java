package dev.sandstone.engine.volume;

/** When a write is acknowledged. */
public enum WritePolicy {
    /** On stable storage: WCE=0. The default. */
    DURABLE,
    /**
     * At admission: WCE=1. At most 64 MiB or 500 ms of acknowledged data is not yet on stable storage; a flush or a FUA
     * write waits for it. A crash loses only a suffix of the writes.
     */
    WRITE_BACK
}
