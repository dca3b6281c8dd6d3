package dev.sandstone.daemon.assembly;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.CatalogException;
import dev.sandstone.engine.meta.CatalogStore;
import dev.sandstone.engine.meta.HeapCatalogStore;
import dev.sandstone.engine.meta.MetadataException;
import dev.sandstone.engine.meta.NoRoomException;
import dev.sandstone.engine.meta.RocksCatalogStore;
import dev.sandstone.snapshot.catalog.SnapshotCatalog;
import dev.sandstone.snapshot.catalog.UnreadableEntryException;

/**
 * What people configured, opened where the array keeps it: one store, in which volumes, hosts and grants have keys of their
 * own and snapshots and groups have theirs.
 */
record Catalogs(Catalog array, SnapshotCatalog snapshots) {

    static Catalogs open(ArraySetup setup) {
        try {
            CatalogStore store = setup.folder()
                    .<CatalogStore>map(folder -> new RocksCatalogStore(folder.catalog()))
                    .orElseGet(HeapCatalogStore::new);
            try {
                return new Catalogs(Catalog.open(store, setup.array()), SnapshotCatalog.open(store));
            } catch (RuntimeException bad) {
                store.close();
                throw bad;
            }
        } catch (CatalogException | UnreadableEntryException | MetadataException | NoRoomException bad) {
            throw new ApiException(
                    ErrorCode.POOL_UNSOUND,
                    "the catalog cannot be opened",
                    String.valueOf(bad.getMessage()),
                    "keep the folder as it is and look at the cause; restore catalog/ from a copy if it is damaged",
                    bad);
        }
    }
}
