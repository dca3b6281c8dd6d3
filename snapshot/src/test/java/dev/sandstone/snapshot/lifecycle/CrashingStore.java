package dev.sandstone.snapshot.lifecycle;

import dev.sandstone.engine.meta.CatalogStore;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A store whose commits are steps: the process may die before or after each. */
final class CrashingStore implements CatalogStore {
    private final CatalogStore store;
    private final CrashPoint crash;

    CrashingStore(CatalogStore store, CrashPoint crash) {
        this.store = store;
        this.crash = crash;
    }

    @Override
    public byte @Nullable [] get(String key) {
        return store.get(key);
    }

    @Override
    public List<Map.Entry<String, byte[]>> scan(String prefix) {
        return store.scan(prefix);
    }

    @Override
    public void commit(List<Change> changes) {
        crash.step();
        store.commit(changes);
        crash.step();
    }

    @Override
    public void close() {
        store.close();
    }
}
