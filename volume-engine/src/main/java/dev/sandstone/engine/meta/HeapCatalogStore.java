package dev.sandstone.engine.meta;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A catalog store that lives and dies with the process. */
public final class HeapCatalogStore implements CatalogStore {
    private final NavigableMap<String, byte[]> entries = new TreeMap<>(Utf8Order.INSTANCE);
    private boolean closed;

    @Override
    public synchronized byte @Nullable [] get(String key) {
        requireOpen();
        byte[] value = entries.get(key);
        return value == null ? null : value.clone();
    }

    @Override
    public synchronized List<Map.Entry<String, byte[]>> scan(String prefix) {
        requireOpen();
        List<Map.Entry<String, byte[]>> found = new ArrayList<>();
        for (Map.Entry<String, byte[]> entry : entries.tailMap(prefix, true).entrySet()) {
            if (!entry.getKey().startsWith(prefix)) {
                break;
            }
            found.add(Map.entry(entry.getKey(), entry.getValue().clone()));
        }
        return found;
    }

    @Override
    public synchronized void commit(List<Change> changes) {
        requireOpen();
        for (Change change : changes) {
            byte[] value = change.value();
            if (value == null) {
                entries.remove(change.key());
            } else {
                entries.put(change.key(), value.clone());
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    private void requireOpen() {
        if (closed) {
            throw new MetadataException("the catalog in memory is closed");
        }
    }
}
