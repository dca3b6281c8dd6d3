package dev.sandstone.daemon.catalog;

import dev.sandstone.engine.volume.VolumeId;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** All entries at one moment; immutable, so that event loops read it without a lock. */
public final class CatalogState {
    private final SortedMap<String, VolumeEntry> volumes;
    private final SortedMap<String, VolumeEntry> mounts;
    private final SortedMap<String, HostEntry> hosts;
    private final SortedMap<String, GrantEntry> grants;
    private final SortedMap<String, PortalEntry> portals;

    CatalogState(
            SortedMap<String, VolumeEntry> volumes,
            SortedMap<String, VolumeEntry> mounts,
            SortedMap<String, HostEntry> hosts,
            SortedMap<String, GrantEntry> grants,
            SortedMap<String, PortalEntry> portals) {
        this.volumes = Collections.unmodifiableSortedMap(new TreeMap<>(volumes));
        this.mounts = Collections.unmodifiableSortedMap(new TreeMap<>(mounts));
        this.hosts = Collections.unmodifiableSortedMap(new TreeMap<>(hosts));
        this.grants = Collections.unmodifiableSortedMap(new TreeMap<>(grants));
        this.portals = Collections.unmodifiableSortedMap(new TreeMap<>(portals));
    }

    public List<VolumeEntry> volumes() {
        return List.copyOf(volumes.values());
    }

    public Optional<VolumeEntry> volume(String name) {
        return Optional.ofNullable(volumes.get(name));
    }

    /** @param id of the volume, not of a mounted snapshot */
    public Optional<VolumeEntry> volume(VolumeId id) {
        return volumes.values().stream()
                .filter(volume -> volume.uuid().equals(id.uuid()))
                .findFirst();
    }

    /** Snapshots that initiators may see. */
    public List<VolumeEntry> mounts() {
        return List.copyOf(mounts.values());
    }

    /** @param name {@code VOLUME@SNAPSHOT} */
    public Optional<VolumeEntry> mount(String name) {
        return Optional.ofNullable(mounts.get(name));
    }

    /** Everything that can be a LUN: volumes and mounted snapshots. */
    public List<VolumeEntry> units() {
        return Stream.concat(volumes.values().stream(), mounts.values().stream())
                .toList();
    }

    /** @param name of a volume or a mount */
    public Optional<VolumeEntry> unit(String name) {
        return volume(name).or(() -> mount(name));
    }

    public List<HostEntry> hosts() {
        return List.copyOf(hosts.values());
    }

    public Optional<HostEntry> host(String name) {
        return Optional.ofNullable(hosts.get(name));
    }

    /** @param iqn normalised */
    public Optional<HostEntry> hostOf(String iqn) {
        return hosts.values().stream().filter(host -> host.iqn().equals(iqn)).findFirst();
    }

    public List<GrantEntry> grants() {
        return List.copyOf(grants.values());
    }

    public Optional<GrantEntry> grant(String volume, String host) {
        return Optional.ofNullable(grants.get(CatalogKeys.grant(volume, host)));
    }

    public List<GrantEntry> grantsOfHost(String host) {
        return grants.values().stream().filter(g -> g.host().equals(host)).toList();
    }

    public List<GrantEntry> grantsOfVolume(String volume) {
        return grants.values().stream().filter(g -> g.volume().equals(volume)).toList();
    }

    /** @param listen as the configuration writes it */
    public Optional<PortalEntry> portal(String listen) {
        return Optional.ofNullable(portals.get(listen));
    }

    /** The lowest LUN that no volume and no mount has as its own. */
    public int lowestFreeLun() {
        return lowest(units().stream().map(VolumeEntry::lun));
    }

    /** The lowest LUN at which the host sees nothing. */
    public int lowestFreeLun(String host) {
        return lowest(grantsOfHost(host).stream().map(GrantEntry::lun));
    }

    private static int lowest(Stream<Integer> taken) {
        BitSet used = new BitSet();
        taken.forEach(used::set);
        return used.nextClearBit(0);
    }
}
