package dev.sandstone.engine.meta;

class HeapCatalogStoreTest extends CatalogStoreContract {
    @Override
    CatalogStore open() {
        return new HeapCatalogStore();
    }
}
