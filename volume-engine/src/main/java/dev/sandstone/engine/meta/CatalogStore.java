package dev.sandstone.engine.meta;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A small durable map of strings to bytes for what people configure: names, hosts, grants, secrets.
 *
 * <p>When {@link #commit} returns, its changes survive a power cut; a crash shows all of them or none. Safe from any
 * thread; commits are taken one at a time. May block on the disk: never call it on a loop.
 *
 * @see MetadataException thrown by each method when the store has failed or is closed
 */
public interface CatalogStore extends AutoCloseable {

    /** The value of a key, null when absent. The array is the caller's. */
    byte @Nullable [] get(String key);

    /** The keys that start with the prefix, with their values, in the order of their UTF-8 bytes. */
    List<Map.Entry<String, byte[]>> scan(String prefix);

    /**
     * Makes all changes as one, in order, later ones winning.
     *
     * @throws NoRoomException when they add more keys than they remove and the file system is nearly full: what is left is
     *     for changes that take things away
     */
    void commit(List<Change> changes);

    @Override
    void close();

    /**
     * One key's new value.
     *
     * @param key not empty
     * @param value null to remove the key
     */
    record Change(String key, byte @Nullable [] value) {
        public Change(String key, byte @Nullable [] value) {
            if (key.isEmpty()) {
                throw new IllegalArgumentException("empty key");
            }
            this.key = key;
            this.value = value;
        }

        /** The removal of a key, if it is there. */
        public static Change removal(String key) {
            return new Change(key, null);
        }
    }
}
