package dev.sandstone.daemon.http;

import dev.sandstone.daemon.admin.CloneAdmin;
import dev.sandstone.daemon.admin.CopyAdmin;
import dev.sandstone.daemon.admin.DiskAdmin;
import dev.sandstone.daemon.admin.GrantAdmin;
import dev.sandstone.daemon.admin.GroupAdmin;
import dev.sandstone.daemon.admin.HostAdmin;
import dev.sandstone.daemon.admin.MountAdmin;
import dev.sandstone.daemon.admin.PoolAdmin;
import dev.sandstone.daemon.admin.SnapshotAdmin;
import dev.sandstone.daemon.admin.UsageAdmin;
import dev.sandstone.daemon.admin.VolumeAdmin;
import dev.sandstone.daemon.admin.VolumeTimeAdmin;
import dev.sandstone.daemon.api.ArrayView;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The use cases behind the interface.
 *
 * @param metrics the current figures in the text format of Prometheus
 */
public record Api(
        Supplier<ArrayView> array,
        VolumeAdmin volumes,
        HostAdmin hosts,
        GrantAdmin grants,
        InTime time,
        PoolAdmin pool,
        DiskAdmin disks,
        Paths paths,
        Supplier<String> metrics) {

    /** What is done with volumes in time. */
    public record InTime(
            SnapshotAdmin snapshots,
            MountAdmin mounts,
            GroupAdmin groups,
            CloneAdmin clones,
            CopyAdmin copies,
            VolumeTimeAdmin volumes,
            UsageAdmin usage) {}

    /** Every operation that is offered; openapi.yaml describes the same ones. */
    List<Route> routes() {
        return Stream.of(
                        VolumeResource.routes(volumes),
                        HostResource.routes(hosts),
                        GrantResource.routes(grants),
                        SnapshotResource.routes(time.snapshots(), time.mounts(), time.usage()),
                        CopyResource.routes(time.copies()),
                        VolumeTimeResource.routes(time.volumes(), time.usage(), time.clones(), time.snapshots()),
                        GroupResource.routes(time.groups()),
                        PoolResource.routes(pool, disks),
                        PortalResource.routes(paths.portals()),
                        ReservationResource.routes(paths.reservations()),
                        ArrayResource.routes(array, paths.sessions(), metrics))
                .flatMap(List::stream)
                .toList();
    }
}
