package dev.sandstone.daemon.assembly;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.CatalogException;
import dev.sandstone.engine.meta.CatalogStore;
import dev.sandstone.engine.meta.HeapCatalogStore;
import dev.sandstone.engine.meta.MetadataException;
import dev.sandstone.engine.meta.RocksCatalogStore;

/** Opens the catalog where the array keeps it. */
final class Catalogs {
    private Catalogs() {}

    static Catalog open(ArraySetup setup) {
        try {
            CatalogStore store = setup.folder()
                    .<CatalogStore>map(folder -> new RocksCatalogStore(folder.catalog()))
                    .orElseGet(HeapCatalogStore::new);
            try {
                return Catalog.open(store, setup.array());
            } catch (RuntimeException bad) {
                store.close();
                throw bad;
            }
        } catch (CatalogException | MetadataException bad) {
            throw new ApiException(
                    ErrorCode.POOL_UNSOUND,
                    "the catalog cannot be opened",
                    String.valueOf(bad.getMessage()),
                    "keep the folder as it is and look at the cause; restore catalog/ from a copy if it is damaged",
                    bad);
        }
    }
}
