package dev.sandstone.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.daemon.admin.FakePool;
import dev.sandstone.daemon.admin.PoolAdmin;
import dev.sandstone.daemon.admin.Reconciliation;
import dev.sandstone.daemon.admin.TimeParts;
import dev.sandstone.daemon.catalog.ArrayEntry;
import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.engine.meta.HeapCatalogStore;
import dev.sandstone.snapshot.catalog.SnapshotCatalog;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MetricsTest {
    @Test
    void theLogsTrafficIsTold() {
        HeapCatalogStore store = new HeapCatalogStore();
        Catalog catalog = Catalog.open(store, new ArrayEntry("test", new UUID(1, 2)));
        FakePool pool = new FakePool();
        TimeParts time = TimeParts.of(catalog, SnapshotCatalog.open(store), pool.timeline());
        Reconciliation reconciliation = new Reconciliation(catalog, pool, time.settlement());
        try (Metrics metrics = new Metrics(new PoolAdmin(pool, reconciliation))) {
            assertThat(metrics.text())
                    .contains("sandstone_pool_bytes{kind=\"live\"} 10.0")
                    .contains("sandstone_pool_written_bytes_total{kind=\"data\"} 1.0")
                    .contains("sandstone_pool_written_bytes_total{kind=\"moved\"} 2.0")
                    .contains("sandstone_pool_written_bytes_total{kind=\"log\"} 4.0");
        }
    }
}
