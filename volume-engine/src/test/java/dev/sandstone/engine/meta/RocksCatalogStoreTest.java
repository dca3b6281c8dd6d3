package dev.sandstone.engine.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.engine.meta.CatalogStore.Change;
import java.nio.file.Path;
import java.util.List;
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
    void saysWhoHoldsIt() {
        assertThatThrownBy(this::open)
                .isInstanceOf(MetadataException.class)
                .hasMessageContaining("another process has it open");
    }
}
