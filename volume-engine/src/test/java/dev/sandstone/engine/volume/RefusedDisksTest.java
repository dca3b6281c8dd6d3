package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is left of a disk that was refused, and a path where nothing can be is told as such. */
class RefusedDisksTest {
    private static final long CAPACITY = 64L << 20;

    @TempDir
    private Path temp;

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static void refused(Pool pool, Path path, long bytes, EngineStatus status) {
        assertThatThrownBy(() -> done(pool.disks().add(new PoolDisks.NewDisk(path, bytes))))
                .cause()
                .isInstanceOfSatisfying(
                        EngineException.class,
                        refused -> assertThat(refused.status()).isEqualTo(status));
    }

    @Test
    void whatIsRefusedLeavesNothing() throws Exception {
        try (TestPools.Opened opened = TestPools.folder(temp.resolve("pool"), CAPACITY)) {
            Pool pool = opened.pool();
            refused(pool, temp.resolve("small/inner"), 4096, EngineStatus.SPACE_EXHAUSTED);
            assertThat(temp.resolve("small")).doesNotExist();
            Path empty = Files.createDirectory(temp.resolve("empty"));
            refused(pool, empty, 4096, EngineStatus.SPACE_EXHAUSTED);
            assertThat(empty).as("it was there before").isEmptyDirectory();
            refused(pool, Path.of("/proc/x/y"), CAPACITY, EngineStatus.NOT_PERMITTED);
            assertThat(done(pool.disks().status()).disks()).hasSize(1);
        }
    }
}
