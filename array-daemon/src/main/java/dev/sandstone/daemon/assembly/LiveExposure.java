package dev.sandstone.daemon.assembly;

import dev.sandstone.config.HostPort;
import dev.sandstone.daemon.admin.Exposure;
import dev.sandstone.daemon.catalog.VolumeEntry;
import dev.sandstone.daemon.target.ArrayTarget;
import dev.sandstone.daemon.target.PortalRoutes;
import dev.sandstone.iscsi.access.Redirect;
import dev.sandstone.iscsi.server.IscsiServer;
import dev.sandstone.iscsi.session.SessionInfo;
import dev.sandstone.scsi.access.AccessState;
import dev.sandstone.scsi.reservation.PersistentState;
import dev.sandstone.scsi.reservation.ReservationType;
import dev.sandstone.scsi.unit.LogicalUnit;
import dev.sandstone.scsi.unit.UnitAttributes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What initiators see, as it is: the target device behind the open portals. */
final class LiveExposure implements Exposure {
    private final ArrayTarget target;
    private final IscsiServer iscsi;
    private final PortalRoutes routes;

    LiveExposure(ArrayTarget target, IscsiServer iscsi, PortalRoutes routes) {
        this.target = target;
        this.iscsi = iscsi;
        this.routes = routes;
    }

    @Override
    public String iqn() {
        return target.iqn();
    }

    @Override
    public List<String> portals() {
        return iscsi.addresses().stream().map(LiveExposure::usable).toList();
    }

    /** A wildcard address tells a client nothing: the machine's first address of its own stands for it. */
    private static String usable(InetSocketAddress bound) {
        InetAddress address = bound.getAddress();
        if (address.isAnyLocalAddress()) {
            address = ownAddress().orElse(InetAddress.getLoopbackAddress());
        }
        return shown(new InetSocketAddress(address, bound.getPort()));
    }

    private static Optional<InetAddress> ownAddress() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .findFirst();
        } catch (SocketException none) {
            return Optional.empty();
        }
    }

    private static String shown(InetSocketAddress address) {
        return new HostPort(address.getAddress().getHostAddress(), address.getPort()).toString();
    }

    @Override
    public Identity identity(VolumeEntry volume) {
        return new Identity(UnitAttributes.naaOf(volume.uuid()), UnitAttributes.serialOf(volume.uuid()));
    }

    @Override
    public void catalogChanged() {
        target.follow();
    }

    @Override
    public void resized(VolumeEntry volume) {
        target.withUnit(volume, LogicalUnit::capacityChanged);
    }

    @Override
    public void writePolicyChanged(VolumeEntry volume) {
        target.withUnit(volume, LogicalUnit::writePolicyChanged);
    }

    @Override
    public void contentReplaced(VolumeEntry volume) {
        target.withUnit(volume, LogicalUnit::contentReplaced);
    }

    @Override
    public Optional<Hold> holdFromErasing(VolumeEntry volume) {
        return target.holdFromErasing(volume).map(release -> release::run);
    }

    @Override
    public Optional<Reserved> reservations(VolumeEntry volume) {
        return target.ask(volume, LiveExposure::reserved);
    }

    private static Reserved reserved(LogicalUnit unit) {
        PersistentState state = unit.persistent().state();
        List<Registration> registrations = state.keys().entrySet().stream()
                .map(one -> new Registration(
                        one.getKey().initiatorPort(),
                        one.getKey().targetPort(),
                        one.getValue(),
                        state.holds(one.getKey())))
                .toList();
        ReservationType type = state.type();
        Optional<String> named = type == null
                ? Optional.empty()
                : Optional.of(type.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        return new Reserved(
                named,
                state.generation() & 0xFFFF_FFFFL,
                registrations,
                state.isUnreadable(),
                unit.reservation().held());
    }

    @Override
    public CompletionStage<Boolean> clearReservations(VolumeEntry volume) {
        return target.clearReservations(volume);
    }

    @Override
    public List<Boolean> access(int portal) {
        return target.access(portal).stream()
                .map(state -> state == AccessState.ACTIVE_OPTIMIZED)
                .toList();
    }

    @Override
    public void access(int portal, boolean optimized) {
        target.access(portal, optimized ? AccessState.ACTIVE_OPTIMIZED : AccessState.ACTIVE_NON_OPTIMIZED);
    }

    @Override
    public Optional<Route> redirect(int portal) {
        return routes.of(portal).map(redirect -> new Route(redirect.address(), redirect.permanent()));
    }

    @Override
    public void redirect(int portal, Optional<Route> route) {
        routes.set(portal, route.map(to -> new Redirect(to.address(), to.permanent())));
    }

    @Override
    public List<String> viewers(VolumeEntry volume) {
        return iscsi.sessions().stream()
                .map(SessionInfo::name)
                .filter(name -> !name.targetName().isEmpty())
                .map(name -> name.initiatorName())
                .distinct()
                .filter(initiator -> target.sees(initiator, volume))
                .toList();
    }

    @Override
    public List<Session> sessions() {
        return iscsi.sessions().stream().map(LiveExposure::session).toList();
    }

    private static Session session(SessionInfo info) {
        String target = info.name().targetName();
        return new Session(
                info.name().initiatorName(),
                shown(info.address()),
                target.isEmpty() ? Optional.empty() : Optional.of(target),
                "0x" + HexFormat.of().toHexDigits(info.name().isid(), 12),
                info.tsih(),
                info.headerDigest(),
                info.dataDigest(),
                info.commands());
    }
}
