package dev.sandstone.engine.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every metadata store must do. */
abstract class MetadataStoreContract {
    private MetadataStore store;

    /** A new, empty store. */
    abstract MetadataStore open();

    @BeforeEach
    void openStore() {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    MetadataStore store() {
        return store;
    }

    static ByteBuffer bytes(String text) {
        byte[] utf = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.wrap(utf);
    }

    static @Nullable String text(@Nullable ByteBuffer buffer) {
        return buffer == null
                ? null
                : StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
    }

    static MetadataBatch batch(long lsn, String... pairs) {
        MetadataBatch batch = new MetadataBatch();
        batch.lsn(lsn);
        for (int i = 0; i < pairs.length; i += 2) {
            batch.put(Table.HEAD, bytes(pairs[i]), bytes(pairs[i + 1]));
        }
        return batch;
    }

    static List<String> keys(MetadataStore store, String from, String to) {
        List<String> keys = new ArrayList<>();
        try (MetadataCursor at = store.scan(Table.HEAD, bytes(from), bytes(to))) {
            for (; at.valid(); at.next()) {
                keys.add(text(at.key()));
            }
        }
        return keys;
    }

    @Test
    void isEmptyAtFirst() {
        assertThat(store.appliedLsn()).isZero();
        assertThat(store.get(Table.HEAD, bytes("a"))).isNull();
        assertThat(keys(store, "", "zzz")).isEmpty();
    }

    @Test
    void appliesAllOfABatchWithItsLsn() {
        MetadataBatch batch = batch(7, "a", "1", "b", "2");
        batch.put(Table.LINEAGE, bytes("a"), bytes("other"));
        batch.delete(Table.HEAD, bytes("b"));
        batch.put(Table.HEAD, bytes("a"), bytes("3"));
        store.commit(batch);
        assertThat(store.appliedLsn()).isEqualTo(7);
        assertThat(text(store.get(Table.HEAD, bytes("a")))).isEqualTo("3");
        assertThat(store.get(Table.HEAD, bytes("b"))).isNull();
        assertThat(text(store.get(Table.LINEAGE, bytes("a")))).isEqualTo("other");
    }

    @Test
    void keepsAnEmptyValueApartFromNone() {
        store.commit(batch(1, "a", ""));
        assertThat(text(store.get(Table.HEAD, bytes("a")))).isEmpty();
    }

    @Test
    void leavesTheCallersBuffersAlone() {
        ByteBuffer key = bytes("xkeyx").position(1).limit(4);
        ByteBuffer value = bytes("yvaluey").position(1).limit(6);
        MetadataBatch batch = new MetadataBatch();
        batch.put(Table.HEAD, key, value);
        store.commit(batch);
        assertThat(text(store.get(Table.HEAD, key))).isEqualTo("value");
        assertThat(key.position()).isEqualTo(1);
        assertThat(key.limit()).isEqualTo(4);
        assertThat(value.remaining()).isEqualTo(5);
    }

    @Test
    void takesHeapKeysAndLongValues() {
        ByteBuffer heapKey = ByteBuffer.wrap("k".getBytes(StandardCharsets.UTF_8));
        String longValue = "v".repeat(5000);
        store.commit(batch(1, "k", longValue));
        assertThat(text(store.get(Table.HEAD, heapKey))).isEqualTo(longValue);
        try (MetadataCursor at = store.scan(Table.HEAD, heapKey, bytes("l"))) {
            assertThat(text(at.value())).isEqualTo(longValue);
        }
    }

    @Test
    void comparesKeysAsUnsignedBytes() {
        MetadataBatch batch = new MetadataBatch();
        for (int b : new int[] {0x80, 0x7F, 0xFF, 0x00}) {
            batch.put(Table.MARK, KeySpace.number(ByteBuffer.allocateDirect(8), (long) b << 56), bytes("" + b));
        }
        store.commit(batch);
        List<String> order = new ArrayList<>();
        try (MetadataCursor at = store.scan(
                Table.MARK, ByteBuffer.allocateDirect(0), KeySpace.number(ByteBuffer.allocateDirect(8), -1))) {
            for (; at.valid(); at.next()) {
                order.add(text(at.value()));
            }
        }
        assertThat(order).containsExactly("0", "127", "128", "255");
    }

    @Test
    void scansARangeWithItsStartAndWithoutItsEnd() {
        store.commit(batch(1, "a", "", "b", "", "c", "", "d", ""));
        assertThat(keys(store, "b", "d")).containsExactly("b", "c");
        assertThat(keys(store, "b", "b")).isEmpty();
        assertThat(keys(store, "d", "b")).isEmpty();
        assertThat(keys(store, "e", "z")).isEmpty();
    }

    @Test
    void seeksForwardAndBackInsideItsRange() {
        store.commit(batch(1, "a", "", "b", "", "c", "", "d", ""));
        try (MetadataCursor at = store.scan(Table.HEAD, bytes("b"), bytes("d"))) {
            at.seek(bytes("bb"));
            assertThat(text(at.key())).isEqualTo("c");
            at.seek(bytes("a"));
            assertThat(text(at.key())).isEqualTo("b");
            at.seek(bytes("cc"));
            assertThat(at.valid()).isFalse();
            at.seek(bytes("c"));
            assertThat(text(at.key())).isEqualTo("c");
        }
    }

    @Test
    void aClearedBatchHasNothing() {
        MetadataBatch batch = batch(1, "a", "1");
        batch.clear();
        store.commit(batch);
        assertThat(keys(store, "", "z")).isEmpty();
    }

    @Test
    void refusesWorkWhenClosed() {
        store.close();
        assertThatThrownBy(() -> store.commit(batch(1, "a", "1"))).isInstanceOf(MetadataException.class);
        assertThatThrownBy(() -> store.get(Table.HEAD, bytes("a"))).isInstanceOf(MetadataException.class);
        assertThatThrownBy(() -> keys(store, "", "z")).isInstanceOf(MetadataException.class);
        store.close();
    }

    @Test
    void agreesWithASortedMap() {
        Random random = new Random(1);
        TreeMap<String, String> model = new TreeMap<>();
        for (int lsn = 1; lsn <= 200; lsn++) {
            MetadataBatch batch = new MetadataBatch();
            batch.lsn(lsn);
            for (int i = random.nextInt(30); i >= 0; i--) {
                String key = Integer.toString(random.nextInt(300), 36);
                if (random.nextInt(3) == 0) {
                    batch.delete(Table.HEAD, bytes(key));
                    model.remove(key);
                } else {
                    String value = "v" + random.nextInt();
                    batch.put(Table.HEAD, bytes(key), bytes(value));
                    model.put(key, value);
                }
            }
            store.commit(batch);
            if (random.nextInt(20) == 0) {
                store.flush();
                assertThat(store.flushedLsn()).isEqualTo(lsn);
            }
        }
        assertThat(keys(store, "", "zzz")).containsExactlyElementsOf(model.keySet());
        model.forEach((key, value) ->
                assertThat(text(store.get(Table.HEAD, bytes(key)))).isEqualTo(value));
        String[] bounds = {Integer.toString(random.nextInt(300), 36), Integer.toString(random.nextInt(300), 36)};
        Arrays.sort(bounds);
        assertThat(keys(store, bounds[0], bounds[1]))
                .containsExactlyElementsOf(model.subMap(bounds[0], bounds[1]).keySet());
    }
}
