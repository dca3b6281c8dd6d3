package dev.sandstone.engine.meta;

class HeapMetadataStoreTest extends MetadataStoreContract {
    @Override
    MetadataStore open() {
        return new HeapMetadataStore();
    }
}
