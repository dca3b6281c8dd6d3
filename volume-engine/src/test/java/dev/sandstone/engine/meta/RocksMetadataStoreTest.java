package dev.sandstone.engine.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksMetadataStoreTest extends MetadataStoreContract {
    private static final MetadataMemory MEMORY = new MetadataMemory(1 << 20, 1 << 20);

    @TempDir
    Path folder;

    @Override
    MetadataStore open() {
        return RocksMetadataStore.open(folder.resolve("meta"), MEMORY);
    }

    @Test
    void findsWhatAClosedStoreHad() {
        store().commit(batch(5, "a", "1"));
        store().close();
        try (MetadataStore again = open()) {
            assertThat(again.appliedLsn()).isEqualTo(5);
            assertThat(again.flushedLsn()).isEqualTo(5);
            assertThat(text(again.get(Table.HEAD, bytes("a")))).isEqualTo("1");
        }
    }

    @Test
    void aCursorSeesOneMoment() {
        store().commit(batch(1, "a", "1", "b", "1"));
        try (MetadataCursor at = store().scan(Table.HEAD, bytes("a"), bytes("z"))) {
            store().commit(batch(2, "b", "2", "c", "2"));
            at.next();
            assertThat(text(at.value())).isEqualTo("1");
            at.next();
            assertThat(at.valid()).isFalse();
        }
    }

    /** Direct memory that only the collector gives back, much later, is no budget. */
    @Test
    void readingTakesNoDirectMemoryForEachRow() {
        store().commit(batch(1, "a", "1", "b", "1"));
        long before = directBuffers();
        for (int i = 0; i < 10_000; i++) {
            assertThat(text(store().get(Table.HEAD, bytes("a")))).isEqualTo("1");
            try (MetadataCursor at = store().scan(Table.HEAD, bytes("a"), bytes("z"))) {
                at.seek(bytes("b"));
                assertThat(text(at.value())).isEqualTo("1");
            }
        }
        assertThat(directBuffers() - before).isLessThan(100);
    }

    private static long directBuffers() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> "direct".equals(pool.getName()))
                .mapToLong(BufferPoolMXBean::getCount)
                .sum();
    }

    /** Rows that come and go, at ascending keys, leave no file each. */
    @Test
    void filesDoNotPileUp() throws IOException {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        long rounds = 0;
        while (rounds < 60 || (files() > 30 && System.nanoTime() < limit)) {
            ByteBuffer key = KeySpace.point(ByteBuffer.allocate(KeySpace.POINT_KEY_BYTES), 1, ++rounds);
            MetadataBatch comes = batch(2 * rounds);
            comes.put(Table.PURGE, key, bytes("row"));
            store().commit(comes);
            MetadataBatch goes = batch(2 * rounds + 1);
            goes.delete(Table.PURGE, key);
            store().commit(goes);
            store().flush();
        }
        assertThat(files()).isLessThanOrEqualTo(30);
    }

    private long files() throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("meta"))) {
            return all.filter(file -> file.toString().endsWith(".sst")).count();
        }
    }

    @Test
    void saysWhoHoldsIt() {
        assertThatThrownBy(this::open)
                .isInstanceOf(MetadataException.class)
                .hasMessageContaining("another process has it open");
    }

    @Test
    void refusesAnotherFormat() {
        MetadataBatch batch = batch(1);
        batch.put(
                Table.META,
                KeySpace.name("format"),
                ByteBuffer.allocateDirect(8).putLong(2).flip());
        store().commit(batch);
        store().close();
        assertThatThrownBy(this::open).isInstanceOf(MetadataException.class).hasMessageContaining("another format");
    }

    @Test
    void saysWhenItsFilesAreDamaged() throws IOException {
        store().commit(batch(1, "a", "1"));
        store().close();
        List<Path> manifests;
        try (Stream<Path> files = Files.list(folder.resolve("meta"))) {
            manifests = files.filter(file -> file.getFileName().toString().startsWith("MANIFEST"))
                    .toList();
        }
        for (Path manifest : manifests) {
            byte[] bytes = Files.readAllBytes(manifest);
            bytes[bytes.length / 2] ^= 0x10;
            Files.write(manifest, bytes);
        }
        assertThatThrownBy(this::open).isInstanceOf(MetadataException.class).hasMessageContaining(folder.toString());
    }

    @Test
    void saysWhenTheFolderCannotBeMade() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> RocksMetadataStore.open(file.resolve("meta"), MEMORY))
                .isInstanceOf(MetadataException.class)
                .hasMessageContaining("cannot be made");
    }

    @Test
    void knowsItsSizeAndItsRoom() {
        store().commit(batch(1, "a", "1"));
        store().flush();
        assertThat(store().sizeBytes()).isPositive();
        assertThat(store().roomBytes()).isPositive();
    }
}
