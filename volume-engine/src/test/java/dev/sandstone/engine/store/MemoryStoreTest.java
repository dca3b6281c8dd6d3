package dev.sandstone.engine.store;

final class MemoryStoreTest extends SegmentStoreContract {
    @Override
    SegmentStore make() {
        return new MemoryStore(loop, SEGMENT, 8 * SEGMENT);
    }
}
