package dev.sandstone.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.engine.loop.ThreadLoop;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images on a real file system. */
final class DisksTest {
    private static final int SEGMENT = 1 << 20;
    private static final long SIZE = 8L << 20;

    @TempDir
    Path folder;

    private final ThreadLoop loop = new ThreadLoop("disks-test");
    private final DiskStore.Format format = new DiskStore.Format(new UUID(1, 1), new UUID(2, 2), SEGMENT);

    @AfterEach
    void end() {
        loop.close();
    }

    private Path made() throws StoreException {
        Path image = Disks.image(folder.resolve("deep/pool"));
        Disks.createImage(image, SIZE, format, PoolFileIo::open, loop);
        return image;
    }

    private SegmentStore open(Path image) throws StoreException {
        return Disks.open(image, PoolFileIo::open, loop);
    }

    private static AbstractThrowableAssert<?, ?> assertFails(ThrowingCallable action, StoreException.Kind kind) {
        return assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    @Test
    void keepsWhatWasWrittenAcrossOpenings() throws Exception {
        Path image = made();
        assertThat(Files.size(image)).isEqualTo(SIZE);
        ByteBuffer content = FileIoContract.random(new Random(1), 8192);
        SegmentStore store = open(image);
        SegmentHeader header = SegmentStoreContract.header(store, store.newId());
        CompletableFuture<Boolean> created = new CompletableFuture<>();
        loop.execute(() -> store.create(header, failure -> created.complete(failure == null)));
        assertThat(created.get(60, TimeUnit.SECONDS)).isTrue();
        store.appendNow(header.id(), 4096, content);
        store.close();
        SegmentStore again = open(image);
        assertThat(again.segments()).containsExactly(header);
        ByteBuffer read = ByteBuffer.allocateDirect(8192);
        again.readNow(header.id(), 4096, read);
        assertThat(read).isEqualTo(content);
        again.close();
    }

    @Test
    void isOpenOnlyOnce() throws StoreException {
        Path image = made();
        SegmentStore store = open(image);
        for (int i = 0; i < 3; i++) {
            assertFails(() -> open(image).close(), StoreException.Kind.IN_USE).hasMessageContaining("in use");
        }
        store.close();
        open(image).close();
    }

    @Test
    void anotherProcessIsToldThatItIsInUse() throws Exception {
        Path image = made();
        SegmentStore store = open(image);
        assertFails(() -> open(image).close(), StoreException.Kind.IN_USE);
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherOpener.class.getName(),
                        image.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(other.waitFor()).as(said).isEqualTo(7);
        store.close();
    }

    /** Opens a disk in a process of its own; ends with 7 when it is in use. */
    static final class OtherOpener {
        private OtherOpener() {}

        public static void main(String[] args) throws StoreException {
            try (ThreadLoop loop = new ThreadLoop("other-opener")) {
                Disks.open(Path.of(args[0]), PoolFileIo::open, loop).close();
            } catch (StoreException e) {
                System.exit(e.kind() == StoreException.Kind.IN_USE ? 7 : 1);
            }
        }
    }

    @Test
    void makesNothingTwiceAndLeavesNothingHalf() throws StoreException {
        Path image = made();
        assertFails(() -> Disks.createImage(image, SIZE, format, PoolFileIo::open, loop), StoreException.Kind.EXISTS);
        assertFails(() -> Disks.format(image, format, PoolFileIo::open, loop), StoreException.Kind.EXISTS);
        Path small = folder.resolve("small");
        assertFails(
                () -> Disks.createImage(small, SEGMENT, format, PoolFileIo::open, loop), StoreException.Kind.TOO_SMALL);
        assertThat(small).doesNotExist();
    }

    @Test
    void saysWhatIsNotThere() throws Exception {
        assertFails(() -> open(folder.resolve("none")).close(), StoreException.Kind.ABSENT);
        Path empty = Files.createFile(folder.resolve("empty"));
        assertFails(() -> open(empty).close(), StoreException.Kind.ABSENT).hasMessageContaining(empty.toString());
        Path other = Files.write(folder.resolve("other"), new byte[1 << 20]);
        assertFails(() -> open(other).close(), StoreException.Kind.ABSENT);
        open(made()).close();
    }

    @Test
    void takesRoomThatWasAdded() throws StoreException {
        Path image = made();
        SegmentStore store = open(image);
        long before = store.slots();
        store.close();
        Disks.growImage(image, 2 * SIZE, PoolFileIo::open, loop);
        SegmentStore grown = open(image);
        assertThat(grown.slots()).isGreaterThan(before);
        grown.close();
    }
}
