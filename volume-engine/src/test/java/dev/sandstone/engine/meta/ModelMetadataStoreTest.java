package dev.sandstone.engine.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ModelMetadataStoreTest extends MetadataStoreContract {
    @Override
    ModelMetadataStore open() {
        return new ModelMetadataStore();
    }

    @Test
    void aCrashGoesBackToAnyCommitSinceTheFlush() {
        for (int kept = 0; kept <= 2; kept++) {
            ModelMetadataStore store = open();
            store.commit(batch(1, "a", "1"));
            store.flush();
            store.commit(batch(2, "b", "2"));
            store.commit(batch(3, "a", "3"));
            ModelMetadataStore after = store.crash(kept);
            assertThat(after.appliedLsn()).isEqualTo(1 + kept);
            assertThat(after.flushedLsn()).isEqualTo(1 + kept);
            assertThat(text(after.get(Table.HEAD, bytes("a")))).isEqualTo(kept == 2 ? "3" : "1");
            assertThat(text(after.get(Table.HEAD, bytes("b")))).isEqualTo(kept == 0 ? null : "2");
        }
    }

    @Test
    void failsForGoodWhenTold() {
        ModelMetadataStore store = open();
        store.failAfter(1);
        store.commit(batch(1, "a", "1"));
        assertThatThrownBy(store::flush).isInstanceOf(MetadataException.class);
        assertThatThrownBy(() -> store.commit(batch(2, "a", "1"))).isInstanceOf(MetadataException.class);
    }
}
