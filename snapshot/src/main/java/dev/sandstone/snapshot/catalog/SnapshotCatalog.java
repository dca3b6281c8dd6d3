package dev.sandstone.snapshot.catalog;

import dev.sandstone.engine.meta.CatalogStore;
import dev.sandstone.engine.meta.CatalogStore.Change;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What snapshots and groups are called, in the store that the array keeps its other names in.
 *
 * <p>Invariants, across a crash between any two steps:
 *
 * <ol>
 *   <li>A snapshot has an entry, CREATING, before the engine is asked for it.
 *   <li>An entry is READY only after the engine reported the snapshot durable.
 *   <li>A snapshot's entry is DELETING before the engine is asked to delete it, and is there until the engine has.
 *   <li>Members of a group's snapshot come and go as entries in one commit.
 * </ol>
 *
 * <p>So what the engine lacks is judged by the entry's step, see {@link SnapshotStep}, and what has no entry was made by
 * nobody we know.
 *
 * <p>Reads are free of locks; changes are made by one thread at a time and are durable on return. The store belongs to who
 * opened it; keys of others begin otherwise.
 */
public final class SnapshotCatalog {
    private static final String SNAPSHOTS = "snapshot/";
    private static final String GROUPS = "group/";

    private final CatalogStore store;
    private final JsonMapper json = JsonMapper.builder().build();
    private volatile SnapshotState state;

    private SnapshotCatalog(CatalogStore store) {
        this.store = store;
        SnapshotState read = SnapshotState.empty();
        for (SnapshotEntry entry : load(SNAPSHOTS, SnapshotEntry.class)) {
            read = read.with(entry);
        }
        for (GroupEntry group : load(GROUPS, GroupEntry.class)) {
            read = read.with(group);
        }
        this.state = read;
    }

    /** @throws UnreadableEntryException when an entry cannot be understood */
    public static SnapshotCatalog open(CatalogStore store) {
        return new SnapshotCatalog(store);
    }

    public SnapshotState state() {
        return state;
    }

    /** Writes all entries, new ones or others in their place, as one change. */
    public void put(Collection<SnapshotEntry> entries) {
        store.commit(entries.stream()
                .map(entry -> new Change(key(entry), json.writeValueAsBytes(entry)))
                .toList());
        SnapshotState next = state;
        for (SnapshotEntry entry : entries) {
            next = next.with(entry);
        }
        state = next;
    }

    /** Removes all entries as one change. */
    public void remove(Collection<SnapshotEntry> entries) {
        store.commit(entries.stream().map(entry -> Change.removal(key(entry))).toList());
        SnapshotState next = state;
        for (SnapshotEntry entry : entries) {
            next = next.without(entry);
        }
        state = next;
    }

    public void putGroup(GroupEntry group) {
        store.commit(List.of(new Change(GROUPS + group.name(), json.writeValueAsBytes(group))));
        state = state.with(group);
    }

    public void removeGroup(String name) {
        store.commit(List.of(Change.removal(GROUPS + name)));
        state = state.withoutGroup(name);
    }

    private static String key(SnapshotEntry entry) {
        return SNAPSHOTS + entry.volume() + "/" + entry.name();
    }

    private <T> List<T> load(String prefix, Class<T> type) {
        List<T> entries = new ArrayList<>();
        for (Map.Entry<String, byte[]> row : store.scan(prefix)) {
            try {
                entries.add(json.readValue(row.getValue(), type));
            } catch (JacksonException bad) {
                throw new UnreadableEntryException("the catalog's entry \"" + row.getKey() + "\" cannot be understood: "
                        + bad.getOriginalMessage());
            }
        }
        return entries;
    }
}
