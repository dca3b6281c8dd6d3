package dev.sandstone.engine.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.engine.meta.CatalogStore.Change;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksCatalogStoreTest extends CatalogStoreContract {
    @TempDir
    Path folder;

    @Override
    CatalogStore open() {
        return new RocksCatalogStore(folder);
    }

    @Test
    void findsWhatAClosedStoreHad() {
        store().commit(List.of(new Change("a", new byte[] {1})));
        store().close();
        try (CatalogStore again = open()) {
            assertThat(again.get("a")).containsExactly(1);
            assertThat(again.scan("")).hasSize(1);
        }
    }

    @Test
    void onANearlyFullFileSystemOnlyWhatTakesAwayIsWritten() {
        store().close();
        AtomicLong free = new AtomicLong(1 << 30);
        try (CatalogStore store = new RocksCatalogStore(folder, free::get)) {
            store.commit(List.of(new Change("a", new byte[] {1}), new Change("b", new byte[] {1})));
            free.set(1 << 20);
            assertThatThrownBy(() ->
                            store.commit(List.of(new Change("a", new byte[] {2}), new Change("c", new byte[9]))))
                    .isInstanceOf(NoRoomException.class);
            assertThat(store.get("a")).as("refused as a whole").containsExactly(1);
            store.commit(List.of(new Change("doomed", new byte[] {1}), Change.removal("b")));
            store.commit(List.of(new Change("a", new byte[] {3})));
            free.set(1 << 30);
            store.commit(List.of(new Change("c", new byte[] {1})));
            assertThat(store.scan("")).hasSize(3);
        }
    }

    @Test
    void saysWhoHoldsIt() {
        assertThatThrownBy(this::open)
                .isInstanceOf(MetadataException.class)
                .hasMessageContaining("another process has it open");
    }
}
