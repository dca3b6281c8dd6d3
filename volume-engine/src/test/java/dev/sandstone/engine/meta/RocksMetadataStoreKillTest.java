package dev.sandstone.engine.meta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After kill -9 the store is what it was after one of its commits, none older than the last flush: to the byte. */
class RocksMetadataStoreKillTest {
    private static final int KILLS = 4;

    @TempDir
    Path folder;

    @Test
    void aKilledWriterLeavesAnExactPrefix() throws Exception {
        Random random = new Random(20);
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Path meta = folder.resolve("meta");
        try (HeapMetadataStore model = new HeapMetadataStore()) {
            for (int kill = 0; kill < KILLS; kill++) {
                long flushed = writeUntilKilled(meta, temporary, 1 + random.nextInt(8));
                try (MetadataStore store = RocksMetadataStore.open(meta, KilledWriter.MEMORY)) {
                    assertThat(store.appliedLsn()).isGreaterThanOrEqualTo(flushed);
                    while (model.appliedLsn() < store.appliedLsn()) {
                        model.commit(KilledWriter.batch(model.appliedLsn() + 1));
                    }
                    for (Table table : List.of(Table.HEAD, Table.SEGMENT, Table.LINEAGE)) {
                        assertSame(table, store, model);
                    }
                }
            }
            assertThat(model.appliedLsn()).isPositive();
        }
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left).as("files of the native library").isEmpty();
        }
    }

    private static long writeUntilKilled(Path meta, Path temporary, int flushes)
            throws IOException, InterruptedException {
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledWriter.class.getName(),
                        meta.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long flushed = 0;
        try (BufferedReader said = writer.inputReader()) {
            for (int i = 0; i < flushes; i++) {
                String line = said.readLine();
                assertThat(line).as("the writer ended by itself").isNotNull();
                flushed = Long.parseLong(line);
            }
            writer.destroyForcibly().waitFor();
        }
        return flushed;
    }

    private static void assertSame(Table table, MetadataStore store, MetadataStore model) {
        ByteBuffer end = ByteBuffer.allocateDirect(8).putLong(-1).flip();
        try (MetadataCursor found = store.scan(table, ByteBuffer.allocateDirect(0), end);
                MetadataCursor expected = model.scan(table, ByteBuffer.allocateDirect(0), end)) {
            for (; expected.valid(); expected.next(), found.next()) {
                assertThat(found.valid()).as("a key of %s is missing", table).isTrue();
                assertThat(found.key()).isEqualTo(expected.key());
                assertThat(found.value()).isEqualTo(expected.value());
            }
            assertThat(found.valid()).as("a key of %s too many", table).isFalse();
        }
    }
}
