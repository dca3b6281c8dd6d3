package dev.sandstone.daemon.http;

import dev.sandstone.daemon.admin.GrantAdmin;
import dev.sandstone.daemon.admin.HostAdmin;
import dev.sandstone.daemon.admin.PoolAdmin;
import dev.sandstone.daemon.admin.SessionAdmin;
import dev.sandstone.daemon.admin.VolumeAdmin;
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
        PoolAdmin pool,
        SessionAdmin sessions,
        Supplier<String> metrics) {

    /** Every operation that is offered; openapi.yaml describes the same ones. */
    List<Route> routes() {
        return Stream.of(
                        VolumeResource.routes(volumes),
                        HostResource.routes(hosts),
                        GrantResource.routes(grants),
                        ArrayResource.routes(array, pool, sessions, metrics))
                .flatMap(List::stream)
                .toList();
    }
}
