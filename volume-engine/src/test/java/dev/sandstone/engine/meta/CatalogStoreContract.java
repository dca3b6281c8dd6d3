package dev.sandstone.engine.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.engine.meta.CatalogStore.Change;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every catalog store must do. */
abstract class CatalogStoreContract {
    private CatalogStore store;

    abstract CatalogStore open();

    @BeforeEach
    void openStore() {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    CatalogStore store() {
        return store;
    }

    @Test
    void keepsWhatWasCommittedLaterChangesWinning() {
        store.commit(List.of(
                new Change("a", new byte[] {1}), new Change("a", new byte[] {2}), new Change("b", new byte[] {3})));
        store.commit(List.of(new Change("b", null), new Change("c", new byte[0])));
        assertThat(store.get("a")).containsExactly(2);
        assertThat(store.get("b")).isNull();
        assertThat(store.get("c")).isEmpty();
    }

    @Test
    void scansByPrefixInOrderOfBytes() {
        // In UTF-16 the last two would stand the other way round.
        for (String key : List.of("v/b", "w/a", "v/a", "u/z", "v/\uD83D\uDE00", "v/\uFF21")) {
            store.commit(List.of(new Change(key, new byte[] {1})));
        }
        assertThat(store.scan("v/"))
                .extracting(Map.Entry::getKey)
                .containsExactly("v/a", "v/b", "v/\uFF21", "v/\uD83D\uDE00");
        assertThat(store.scan("")).hasSize(6);
        assertThat(store.scan("x")).isEmpty();
    }

    @Test
    void answersCopies() {
        store.commit(List.of(new Change("a", new byte[] {1})));
        Objects.requireNonNull(store.get("a"))[0] = 9;
        assertThat(store.get("a")).containsExactly(1);
    }

    @Test
    void refusesWorkWhenClosed() {
        store.close();
        assertThatThrownBy(() -> store.get("a")).isInstanceOf(MetadataException.class);
        assertThatThrownBy(() -> store.scan("")).isInstanceOf(MetadataException.class);
        assertThatThrownBy(() -> store.commit(List.of())).isInstanceOf(MetadataException.class);
        store.close();
    }
}
