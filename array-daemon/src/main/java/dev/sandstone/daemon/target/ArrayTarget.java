package dev.sandstone.daemon.target;

import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.CatalogState;
import dev.sandstone.daemon.catalog.GrantEntry;
import dev.sandstone.daemon.catalog.VolumeEntry;
import dev.sandstone.engine.volume.EngineException;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.scsi.access.AccessState;
import dev.sandstone.scsi.access.TargetPorts;
import dev.sandstone.scsi.device.DeviceServer;
import dev.sandstone.scsi.device.LunEntry;
import dev.sandstone.scsi.device.TargetDevice;
import dev.sandstone.scsi.name.IscsiName;
import dev.sandstone.scsi.unit.LogicalUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The array's one target device: a logical unit for each volume and each mounted snapshot of the catalog, and for each
 * initiator the LUNs that the access rule gives it. Follows the catalog when told. Safe from any thread.
 */
public final class ArrayTarget {
    /** The naming authority that all arrays share (RFC 7143 4.2.7.3); the array's name makes the target's unique. */
    private static final String AUTHORITY = "iqn.2026-11.dev.sandstone:";

    private static final long WAIT_SECONDS = 10;

    private final String iqn;
    private final Catalog catalog;
    private final AccessRule rule;
    private final Units units;
    private final TargetDevice device;

    /** Replaced as a whole, so that a nexus that opens meanwhile sees a complete one. */
    private volatile Map<UUID, DeviceServer> servers = Map.of();

    /** What the target port groups of new units begin with; what is not here is optimized. */
    private final Map<Integer, AccessState> groups = new ConcurrentHashMap<>();

    /** @param portals how many: each is a target port of its own */
    public ArrayTarget(Catalog catalog, Units units, AccessRule rule, int portals) {
        this.iqn = AUTHORITY + catalog.array().name().toLowerCase(Locale.ROOT).replace('_', '-');
        this.catalog = catalog;
        this.rule = rule;
        this.units = units;
        this.device = new TargetDevice(iqn, units.table(), this::lunsOf, TargetPorts.each(portals));
        follow();
    }

    public String iqn() {
        return iqn;
    }

    public AccessRule rule() {
        return rule;
    }

    TargetDevice device() {
        return device;
    }

    /** The catalog changed: units come and go, LUN maps are asked again, initiators are told. */
    public synchronized void follow() {
        Map<UUID, DeviceServer> next = new HashMap<>();
        for (VolumeEntry entry : catalog.state().units()) {
            DeviceServer existing = servers.get(entry.uuid());
            if (existing != null) {
                existing.unit().readOnly(entry.readOnly());
                next.put(entry.uuid(), existing);
            } else {
                units.serve(entry).ifPresent(server -> {
                    server.unit().run(() -> server.unit().changeAccess(groups, null));
                    next.put(entry.uuid(), server);
                });
            }
        }
        servers = Map.copyOf(next);
        device.lunsChanged();
    }

    /** The units that are served now. */
    Collection<DeviceServer> servers() {
        return servers.values();
    }

    /** The state of a target port group in each unit; in none, what new units begin with. Not on a loop. */
    public List<AccessState> access(int group) {
        List<CompletableFuture<AccessState>> states = new ArrayList<>();
        for (DeviceServer server : servers.values()) {
            CompletableFuture<AccessState> state = new CompletableFuture<>();
            server.unit().run(() -> state.complete(server.unit().access().state(group)));
            states.add(state.completeOnTimeout(AccessState.ACTIVE_OPTIMIZED, WAIT_SECONDS, TimeUnit.SECONDS));
        }
        return states.isEmpty()
                ? List.of(groups.getOrDefault(group, AccessState.ACTIVE_OPTIMIZED))
                : states.stream().map(CompletableFuture::join).toList();
    }

    /** Changes a target port group in all units, those to come too: an implicit transition, of which initiators are told. */
    public synchronized void access(int group, AccessState state) {
        groups.put(group, state);
        List<CompletableFuture<Boolean>> changed = new ArrayList<>();
        for (DeviceServer server : servers.values()) {
            CompletableFuture<Boolean> done = new CompletableFuture<>();
            server.unit().run(() -> {
                server.unit().changeAccess(Map.of(group, state), null);
                done.complete(true);
            });
            changed.add(done.completeOnTimeout(false, WAIT_SECONDS, TimeUnit.SECONDS));
        }
        changed.forEach(CompletableFuture::join);
    }

    /** Does something with the volume's unit, if it is served, and waits until it has taken effect there. Not on a loop. */
    public void withUnit(VolumeEntry entry, Consumer<LogicalUnit> action) {
        DeviceServer server = servers.get(entry.uuid());
        if (server != null) {
            action.accept(server.unit());
            // A command that comes after the answer to this change must find it; its loop may read the network first.
            CompletableFuture<Boolean> reached = new CompletableFuture<>();
            server.unit().volume().loop().run(() -> reached.complete(true));
            reached.completeOnTimeout(false, WAIT_SECONDS, TimeUnit.SECONDS).join();
        }
    }

    /**
     * Keeps the volume's unit from being formatted or sanitized. Not on a loop.
     *
     * @return to be run once, to end it; empty when the unit is being erased
     */
    public Optional<Runnable> holdFromErasing(VolumeEntry entry) {
        DeviceServer server = servers.get(entry.uuid());
        if (server == null) {
            return Optional.of(() -> {});
        }
        LogicalUnit unit = server.unit();
        CompletableFuture<Boolean> held = new CompletableFuture<>();
        unit.run(() -> {
            boolean now = unit.erasing().hold();
            if (!held.complete(now) && now) {
                // Nobody waits any more.
                unit.erasing().release();
            }
        });
        boolean holds = held.orTimeout(WAIT_SECONDS, TimeUnit.SECONDS).join();
        return holds ? Optional.of(() -> unit.run(unit.erasing()::release)) : Optional.empty();
    }

    /** What the volume's unit answers; empty when it is not served. Not on a loop. */
    public <T> Optional<T> ask(VolumeEntry entry, Function<LogicalUnit, T> question) {
        DeviceServer server = servers.get(entry.uuid());
        if (server == null) {
            return Optional.empty();
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        server.unit().run(() -> answer.complete(question.apply(server.unit())));
        return Optional.of(answer.orTimeout(WAIT_SECONDS, TimeUnit.SECONDS).join());
    }

    /** Takes the reservations of the volume's unit away; ends when that is on disk, with EngineException when it cannot be. */
    public CompletableFuture<Boolean> clearReservations(VolumeEntry entry) {
        CompletableFuture<Boolean> cleared = new CompletableFuture<>();
        DeviceServer server = servers.get(entry.uuid());
        if (server == null) {
            cleared.complete(false);
            return cleared;
        }
        server.unit()
                .run(() -> server.unit().clearReservations((status, detail) -> {
                    if (status == EngineStatus.OK) {
                        cleared.complete(true);
                    } else {
                        cleared.completeExceptionally(
                                new EngineException(status, "that nothing is reserved could not be kept: " + status));
                    }
                }));
        return cleared;
    }

    /** Whether an initiator that is logged in sees the unit. */
    public boolean sees(String initiatorName, VolumeEntry unit) {
        return visible(initiatorName).stream().anyMatch(grant -> grant.volume().equals(unit.name()));
    }

    private List<GrantEntry> visible(String initiatorName) {
        return rule.visible(catalog.state(), IscsiName.normalise(initiatorName).orElse(initiatorName));
    }

    private List<LunEntry> lunsOf(String initiatorName) {
        CatalogState state = catalog.state();
        Map<UUID, DeviceServer> served = servers;
        List<LunEntry> luns = new ArrayList<>();
        for (GrantEntry grant : visible(initiatorName)) {
            state.unit(grant.volume())
                    .map(entry -> served.get(entry.uuid()))
                    .ifPresent(server -> luns.add(new LunEntry(grant.lun(), server, grant.readOnly())));
        }
        return luns;
    }
}
