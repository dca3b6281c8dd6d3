package dev.sandstone.engine.volume;

/** Told how far a check of the pool is. Any thread, one at a time; must return soon. */
@FunctionalInterface
public interface CheckProgress {
    /**
     * @param done segments whose data was looked at
     * @param segments in all
     */
    void seen(long done, long segments);
}
