package dev.sandstone.daemon.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.config.ArrayConfig;
import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.catalog.ArrayEntry;
import dev.sandstone.daemon.folder.DataFolder;
import dev.sandstone.engine.volume.PoolConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoolConfigsTest {
    private static final PoolConfigs.NewDisks MADE = new PoolConfigs.NewDisks(1 << 30, 2);

    @TempDir
    Path dir;

    private static ArrayConfig.Pool on(Path... disks) {
        return ArrayConfig.Pool.of(Optional.empty(), List.of(disks));
    }

    private static void refused(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.USAGE));
    }

    @Test
    void theFirstDiskMayBeTheArraysOwnFolder() {
        try (DataFolder folder = DataFolder.create(dir.resolve("a"), new ArrayEntry("a", UUID.randomUUID()))) {
            PoolConfig pool = PoolConfigs.disks(folder, on(dir.resolve("a"), dir.resolve("b")), MADE);
            assertThat(pool.medium()).isEqualTo(PoolConfig.Medium.FOLDER);
            assertThat(pool.path()).isEqualTo(folder.pool());
            assertThat(pool.mirrors()).containsExactly(dir.resolve("b"));
            assertThat(pool.copies()).isEqualTo(2);
            assertThat(pool.capacityBytes()).isEqualTo(1 << 30);
            assertThat(PoolConfigs.disks(folder, on(dir.resolve("c")), MADE).copies())
                    .as("one disk keeps one copy")
                    .isEqualTo(1);
            refused(() -> PoolConfigs.disks(folder, on(dir.resolve("b"), dir.resolve("x/../b")), MADE));
            refused(() -> PoolConfigs.disks(folder, on(dir.resolve("a"), folder.pool()), MADE));
        }
    }

    @Test
    void nothingIsLeftOfAnArrayThatWasNotMade() throws IOException {
        Path absent = dir.resolve("x/absent");
        Path empty = Files.createDirectory(dir.resolve("empty"));
        for (Path path : List.of(absent, empty)) {
            try (DataFolder folder = DataFolder.create(path, new ArrayEntry("a", UUID.randomUUID()))) {
                Files.writeString(folder.pool().resolve("disk0.sandstone"), "begun");
            }
        }
        assertThat(absent).doesNotExist();
        assertThat(empty).as("it was there before").isEmptyDirectory();
        try (DataFolder folder = DataFolder.create(absent, new ArrayEntry("a", UUID.randomUUID()))) {
            folder.finish();
        }
        try (DataFolder folder = DataFolder.open(absent)) {
            assertThat(folder.pool()).as("what was made stays").isDirectory();
        }
    }

    @Test
    void theArraysFolderIsTheDiskThatItHoldsByAnyName() throws IOException {
        try (DataFolder folder = DataFolder.create(dir.resolve("a"), new ArrayEntry("a", UUID.randomUUID()))) {
            Path link = Files.createSymbolicLink(dir.resolve("link"), folder.path());
            assertThat(folder.disk(dir.resolve("a"))).isEqualTo(folder.pool());
            assertThat(folder.disk(dir.resolve("b/../a/"))).isEqualTo(folder.pool());
            assertThat(folder.disk(link)).isEqualTo(folder.pool());
            assertThat(folder.disk(dir.resolve("b"))).isEqualTo(dir.resolve("b"));
            refused(() -> PoolConfigs.disks(folder, on(link, folder.pool()), MADE));
        }
    }

    @Test
    void aFileThatExistsIsTakenAsItIs() throws IOException {
        Path image = Files.createFile(dir.resolve("image"));
        try (DataFolder folder = DataFolder.create(dir.resolve("a"), new ArrayEntry("a", UUID.randomUUID()))) {
            PoolConfig pool = PoolConfigs.disks(folder, on(image, dir.resolve("b")), MADE);
            assertThat(pool.medium()).isEqualTo(PoolConfig.Medium.DEVICE);
            assertThat(pool.capacityBytes()).as("what the device has").isZero();
        }
    }

    @Test
    void theReadCacheIsAsSaidOrAnEighthButNeverMostOfTheMemory() {
        try (DataFolder folder = DataFolder.create(dir.resolve("a"), new ArrayEntry("a", UUID.randomUUID()))) {
            assertThat(withReadCache(folder, ArrayConfig.Pool.CHOOSE).readCacheBytes())
                    .isEqualTo(MachineMemory.bytes() / 8);
            assertThat(withReadCache(folder, 0).readCacheBytes()).isZero();
            assertThat(withReadCache(folder, 5 << 20).readCacheBytes()).isEqualTo(5 << 20);
            refused(() -> withReadCache(folder, MachineMemory.bytes() / 2 + 1));
        }
    }

    private static PoolConfig withReadCache(DataFolder folder, long bytes) {
        return PoolConfigs.of(folder, new ArrayConfig.Pool(Optional.empty(), List.of(), 0, bytes, true));
    }

    @Test
    void copiesAreOneToThree() {
        refused(() -> new PoolConfigs.NewDisks(0, 0));
        refused(() -> new PoolConfigs.NewDisks(0, 4));
    }
}
