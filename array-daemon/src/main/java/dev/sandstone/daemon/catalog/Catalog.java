package dev.sandstone.daemon.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sandstone.engine.meta.CatalogStore;
import dev.sandstone.engine.meta.CatalogStore.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The array's own memory of what people configured.
 *
 * <p>Invariants, across a crash between any two steps:
 *
 * <ol>
 *   <li>A volume of the engine has an entry here, or is <em>doomed</em> (its creation or its destruction did not
 *       finish), or was made by nobody we know: then it is reported and left alone, never destroyed.
 *   <li>A grant names a volume or a mounted snapshot, and a host, that have entries.
 *   <li>A volume's id is doomed before the engine creates it, and from its entry's removal until the engine destroyed
 *       it.
 * </ol>
 *
 * <p>Reads are free of locks; changes are made by one thread at a time, see the use cases, and are durable on
 * return.
 */
public final class Catalog implements AutoCloseable {
    private static final String FORMAT_VERSION = "1";

    private final CatalogStore store;
    private final JsonMapper json = JsonMapper.builder().build();
    private final SortedMap<String, VolumeEntry> volumes = new TreeMap<>();
    private final SortedMap<String, VolumeEntry> mounts = new TreeMap<>();
    private final SortedMap<String, HostEntry> hosts = new TreeMap<>();
    private final SortedMap<String, GrantEntry> grants = new TreeMap<>();
    private final SortedMap<String, PortalEntry> portals = new TreeMap<>();
    private final ArrayEntry array;
    private volatile CatalogState state;

    private Catalog(CatalogStore store, ArrayEntry ifNew) {
        this.store = store;
        byte[] format = store.get(CatalogKeys.FORMAT);
        if (format == null) {
            store.commit(List.of(
                    new Change(CatalogKeys.FORMAT, FORMAT_VERSION.getBytes(UTF_8)), put(CatalogKeys.ARRAY, ifNew)));
        } else if (!new String(format, UTF_8).equals(FORMAT_VERSION)) {
            throw new CatalogException(
                    "the catalog has format " + new String(format, UTF_8) + ", this program reads " + FORMAT_VERSION);
        }
        this.array = read(CatalogKeys.ARRAY, store.get(CatalogKeys.ARRAY), ArrayEntry.class);
        load(CatalogKeys.VOLUMES, VolumeEntry.class, volumes);
        load(CatalogKeys.MOUNTS, VolumeEntry.class, mounts);
        load(CatalogKeys.HOSTS, HostEntry.class, hosts);
        load(CatalogKeys.GRANTS, GrantEntry.class, grants);
        load(CatalogKeys.PORTALS, PortalEntry.class, portals);
        this.state = current();
    }

    /**
     * Reads the catalog, or starts one.
     *
     * @param ifNew who the array is when the store is empty
     * @throws CatalogException when an entry cannot be understood
     */
    public static Catalog open(CatalogStore store, ArrayEntry ifNew) {
        return new Catalog(store, ifNew);
    }

    public ArrayEntry array() {
        return array;
    }

    public CatalogState state() {
        return state;
    }

    /** Ids of volumes that must not exist once things have settled. */
    public List<UUID> doomed() {
        return store.scan(CatalogKeys.DOOMED).stream()
                .map(entry -> UUID.fromString(entry.getKey().substring(CatalogKeys.DOOMED.length())))
                .toList();
    }

    /** Before the engine creates the volume. */
    public void doom(UUID uuid) {
        store.commit(List.of(new Change(CatalogKeys.doomed(uuid), new byte[] {1})));
    }

    /** After the engine no longer has the volume. */
    public void forget(UUID uuid) {
        store.commit(List.of(Change.removal(CatalogKeys.doomed(uuid))));
    }

    /** After the engine created the volume: from here on it is no longer doomed. */
    public void addVolume(VolumeEntry entry) {
        String key = CatalogKeys.volume(entry.name());
        store.commit(List.of(put(key, entry), Change.removal(CatalogKeys.doomed(entry.uuid()))));
        volumes.put(key, entry);
        publish();
    }

    public void changeVolume(VolumeEntry entry) {
        String key = CatalogKeys.volume(entry.name());
        store.commit(List.of(put(key, entry)));
        volumes.put(key, entry);
        publish();
    }

    /** Before the engine destroys the volume: entry and grants go, the id is doomed. */
    public void removeVolume(VolumeEntry entry) {
        remove(
                CatalogKeys.volume(entry.name()),
                volumes,
                List.of(new Change(CatalogKeys.doomed(entry.uuid()), new byte[] {1})));
    }

    /** From here on initiators may see the snapshot. */
    public void addMount(VolumeEntry entry) {
        String key = CatalogKeys.mount(entry.name());
        store.commit(List.of(put(key, entry)));
        mounts.put(key, entry);
        publish();
    }

    /** Entry and grants go; the snapshot stays. */
    public void removeMount(VolumeEntry entry) {
        remove(CatalogKeys.mount(entry.name()), mounts, List.of());
    }

    private void remove(String key, SortedMap<String, VolumeEntry> from, List<Change> besides) {
        String name = key.substring(key.indexOf('/') + 1);
        List<Change> changes = new ArrayList<>(besides);
        changes.add(Change.removal(key));
        List<GrantEntry> gone = state.grantsOfVolume(name);
        gone.forEach(grant -> changes.add(Change.removal(CatalogKeys.grant(grant.volume(), grant.host()))));
        store.commit(changes);
        from.remove(key);
        gone.forEach(grant -> grants.remove(CatalogKeys.grant(grant.volume(), grant.host())));
        publish();
    }

    public void addHost(HostEntry entry) {
        String key = CatalogKeys.host(entry.name());
        store.commit(List.of(put(key, entry)));
        hosts.put(key, entry);
        publish();
    }

    /** The host must have no grants. */
    public void removeHost(String name) {
        store.commit(List.of(Change.removal(CatalogKeys.host(name))));
        hosts.remove(CatalogKeys.host(name));
        publish();
    }

    public void addGrant(GrantEntry entry) {
        String key = CatalogKeys.grant(entry.volume(), entry.host());
        store.commit(List.of(put(key, entry)));
        grants.put(key, entry);
        publish();
    }

    public void removeGrant(GrantEntry entry) {
        String key = CatalogKeys.grant(entry.volume(), entry.host());
        store.commit(List.of(Change.removal(key)));
        grants.remove(key);
        publish();
    }

    public void changePortal(PortalEntry entry) {
        String key = CatalogKeys.portal(entry.listen());
        store.commit(List.of(put(key, entry)));
        portals.put(key, entry);
        publish();
    }

    @Override
    public void close() {
        store.close();
    }

    private void publish() {
        state = current();
    }

    private CatalogState current() {
        return new CatalogState(byName(volumes), byName(mounts), byName(hosts), grants, byName(portals));
    }

    private static <T> SortedMap<String, T> byName(SortedMap<String, T> byKey) {
        SortedMap<String, T> named = new TreeMap<>();
        byKey.forEach((key, entry) -> named.put(key.substring(key.indexOf('/') + 1), entry));
        return named;
    }

    private Change put(String key, Object entry) {
        return new Change(key, json.writeValueAsBytes(entry));
    }

    private <T> void load(String prefix, Class<T> type, SortedMap<String, T> into) {
        for (Map.Entry<String, byte[]> row : store.scan(prefix)) {
            into.put(row.getKey(), read(row.getKey(), row.getValue(), type));
        }
    }

    private <T> T read(String key, byte @Nullable [] value, Class<T> type) {
        if (value == null) {
            throw new CatalogException("the catalog has no entry \"" + key + "\"");
        }
        try {
            return json.readValue(value, type);
        } catch (JacksonException bad) {
            throw new CatalogException(
                    "the catalog's entry \"" + key + "\" cannot be understood: " + bad.getOriginalMessage());
        }
    }
}
