package dev.sandstone.daemon.admin;

import dev.sandstone.daemon.catalog.VolumeEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What initiators would see; counts what they would be told. */
public final class FakeExposure implements Exposure {
    public final List<String> told = new ArrayList<>();

    private final Set<Integer> worse = new HashSet<>();
    private final Map<Integer, Route> routes = new HashMap<>();

    /** Initiators that see every volume. */
    public final List<String> viewers = new ArrayList<>();

    /** Names of volumes that an initiator is erasing. */
    public final Set<String> erased = new HashSet<>();

    /** Names of volumes that are kept from being erased. */
    public final List<String> held = new ArrayList<>();

    /** Those that were when content was replaced last. */
    public List<String> heldWhenTold = List.of();

    @Override
    public String iqn() {
        return "iqn.2026-11.dev.sandstone:test";
    }

    @Override
    public List<String> portals() {
        return List.of("127.0.0.1:3260", "[::1]:3261");
    }

    @Override
    public Identity identity(VolumeEntry volume) {
        return new Identity("3" + volume.uuid().toString().replace("-", "").substring(1, 16), "serial");
    }

    @Override
    public void catalogChanged() {
        told.add("catalog");
    }

    @Override
    public void resized(VolumeEntry volume) {
        told.add("size of " + volume.name());
    }

    @Override
    public void writePolicyChanged(VolumeEntry volume) {
        told.add("policy of " + volume.name());
    }

    @Override
    public void contentReplaced(VolumeEntry volume) {
        told.add("content of " + volume.name());
        heldWhenTold = List.copyOf(held);
    }

    @Override
    public Optional<Hold> holdFromErasing(VolumeEntry volume) {
        if (erased.contains(volume.name())) {
            return Optional.empty();
        }
        held.add(volume.name());
        return Optional.of(() -> held.remove(volume.name()));
    }

    @Override
    public Optional<Reserved> reservations(VolumeEntry volume) {
        List<Registration> registrations = told.contains("reservations of " + volume.name())
                ? List.of()
                : List.of(new Registration("iqn.2026-11.test:one,i,0x000000000001", 1, 0xA5L, true));
        Optional<String> type = registrations.isEmpty() ? Optional.empty() : Optional.of("write-exclusive");
        return Optional.of(new Reserved(type, 3, registrations, false, false));
    }

    @Override
    public CompletionStage<Boolean> clearReservations(VolumeEntry volume) {
        told.add("reservations of " + volume.name());
        return CompletableFuture.completedFuture(true);
    }

    @Override
    public List<Boolean> access(int portal) {
        return List.of(!worse.contains(portal));
    }

    @Override
    public void access(int portal, boolean optimized) {
        if (optimized) {
            worse.remove(portal);
        } else {
            worse.add(portal);
        }
    }

    @Override
    public Optional<Route> redirect(int portal) {
        return Optional.ofNullable(routes.get(portal));
    }

    @Override
    public void redirect(int portal, Optional<Route> route) {
        routes.remove(portal);
        route.ifPresent(to -> routes.put(portal, to));
    }

    @Override
    public List<String> viewers(VolumeEntry volume) {
        return List.copyOf(viewers);
    }

    @Override
    public List<Session> sessions() {
        return List.of(
                new Session("iqn.2026-11.test:one", "127.0.0.1:5000", Optional.of(iqn()), "0x1", 7, true, false, 3));
    }
}
