package dev.sandstone.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.engine.loop.ShardLoop;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every way of file I/O must do. */
abstract class FileIoContract {
    private static final int BLOCK = SegmentStore.BLOCK_BYTES;
    private static final FileIo.Standing GONE = new FileIo.Standing(2 * BLOCK, false);

    @TempDir
    Path folder;

    abstract ShardLoop loop();

    abstract FileIo open(Path path) throws StoreException;

    private interface Action {
        void start(StoreDone done);
    }

    /** Runs an operation on the loop and waits for its end. */
    private void await(Action action) throws Exception {
        CompletableFuture<Boolean> end = new CompletableFuture<>();
        loop().execute(() -> {
            boolean[] returned = new boolean[1];
            action.start(failure -> {
                if (!loop().inLoop() || !returned[0]) {
                    end.completeExceptionally(new AssertionError("called back elsewhere, or too early"));
                } else if (failure != null) {
                    end.completeExceptionally(failure);
                } else {
                    end.complete(true);
                }
            });
            returned[0] = true;
        });
        end.get(60, TimeUnit.SECONDS);
    }

    private Path file(int bytes) throws Exception {
        return Files.write(folder.resolve("file"), new byte[bytes]);
    }

    static ByteBuffer random(Random random, int bytes) {
        byte[] content = new byte[bytes];
        random.nextBytes(content);
        return SuperblockCopies.aligned(bytes).put(content).flip();
    }

    /** The number of a descriptor that was closed is another file's soon; who comes late must not get at that one. */
    @Test
    void whatWasClosedReachesNoOtherFile() throws Exception {
        FileIo closed = open(file(4 * BLOCK));
        closed.close();
        ByteBuffer bytes = random(new Random(3), BLOCK);
        List<FileIo> others = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            others.add(open(Files.write(folder.resolve("other" + i), new byte[4 * BLOCK])));
        }
        assertThatThrownBy(() -> closed.writeNow(0, bytes)).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> closed.readNow(0, ByteBuffer.allocateDirect(BLOCK)))
                .isInstanceOf(StoreException.class);
        assertThatThrownBy(closed::size).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> closed.growNow(8 * BLOCK)).isInstanceOf(StoreException.class);
        closed.forget(0, BLOCK);
        assertThat(closed.standingNow()).isEqualTo(FileIo.Standing.SOUND);
        for (int i = 0; i < others.size(); i++) {
            others.get(i).close();
            assertThat(Files.readAllBytes(folder.resolve("other" + i))).isEqualTo(new byte[4 * BLOCK]);
        }
    }

    @Test
    void readsBackWhatWasWritten() throws Exception {
        Random random = new Random(1);
        try (FileIo io = open(file(1 << 20))) {
            for (int i = 0; i < 50; i++) {
                int blocks = 1 + random.nextInt(64);
                long offset = (long) random.nextInt(256 - blocks) * BLOCK;
                ByteBuffer written = random(random, blocks * BLOCK);
                await(done -> io.write(offset, written, done));
                assertThat(written.remaining()).isEqualTo(blocks * BLOCK);
                ByteBuffer read = ByteBuffer.allocateDirect(blocks * BLOCK);
                await(done -> io.read(offset, read, done));
                assertThat(read).isEqualTo(written);
                ByteBuffer again = ByteBuffer.allocateDirect(blocks * BLOCK);
                io.readNow(offset, again);
                assertThat(again).isEqualTo(written);
            }
        }
    }

    @Test
    void writesFromMemoryThatIsNotAligned() throws Exception {
        Random random = new Random(2);
        try (FileIo io = open(file(64 << 10))) {
            ByteBuffer written = random(random, BLOCK + 8).position(8).slice();
            await(done -> io.write(BLOCK, written, done));
            ByteBuffer read = ByteBuffer.allocateDirect(BLOCK);
            io.readNow(BLOCK, read);
            assertThat(read).isEqualTo(written);
        }
    }

    @Test
    void readsAtAnyByte() throws Exception {
        Random random = new Random(3);
        try (FileIo io = open(file(64 << 10))) {
            ByteBuffer written = random(random, 4 * BLOCK);
            io.writeNow(0, written);
            ByteBuffer read = ByteBuffer.allocateDirect(5000).position(17).limit(4117);
            await(done -> io.read(123, read, done));
            assertThat(read).isEqualTo(written.slice(123, 4100));
        }
    }

    @Test
    void answersFromThePageCacheOnlyWithEverything() throws Exception {
        Random random = new Random(4);
        try (FileIo io = open(file(64 << 10))) {
            ByteBuffer written = random(random, 2 * BLOCK);
            io.writeNow(0, written);
            ByteBuffer warm = ByteBuffer.allocateDirect(2 * BLOCK);
            io.readNow(0, warm);
            CompletableFuture<Boolean> answered = new CompletableFuture<>();
            ByteBuffer read = ByteBuffer.allocateDirect(2 * BLOCK);
            loop().execute(() -> answered.complete(io.tryRead(0, read)));
            // Where the file system knows no such read the answer is no, never wrong bytes.
            if (answered.get(60, TimeUnit.SECONDS)) {
                assertThat(read).isEqualTo(written);
            }
            CompletableFuture<Boolean> beyond = new CompletableFuture<>();
            loop().execute(() -> beyond.complete(io.tryRead((64 << 10) - BLOCK, read)));
            assertThat(beyond.get(60, TimeUnit.SECONDS)).isFalse();
        }
    }

    @Test
    void saysWhereTheFileEnds() throws Exception {
        try (FileIo io = open(file(2 * BLOCK))) {
            assertThat(io.size()).isEqualTo(2 * BLOCK);
            ByteBuffer read = ByteBuffer.allocateDirect(2 * BLOCK);
            assertThatThrownBy(() -> io.readNow(BLOCK, read)).hasMessageContaining("cut short");
            assertThatThrownBy(() -> await(done -> io.read(BLOCK, read, done))).hasMessageContaining("cut short");
        }
    }

    @Test
    void saysWhetherItWouldBeFoundAgain() throws Exception {
        FileIo.Standing there = new FileIo.Standing(2 * BLOCK, true);
        Path file = file(2 * BLOCK);
        Path away = folder.resolve("away");
        try (FileIo io = open(file)) {
            assertThat(io.standingNow()).isEqualTo(there);
            Files.move(file, away);
            assertThat(io.standingNow()).isEqualTo(GONE);
            Files.write(file, new byte[2 * BLOCK]);
            assertThat(io.standingNow()).as("another one in its place").isEqualTo(GONE);
            Files.delete(file);
            Files.createSymbolicLink(file, away);
            assertThat(io.standingNow()).as("where a link leads").isEqualTo(there);
            Files.delete(file);
            Files.createLink(file, away);
            assertThat(io.standingNow()).as("by another of its names").isEqualTo(there);
            Files.delete(file);
            Files.createSymbolicLink(file, file);
            assertThat(io.standingNow())
                    .as("a path that cannot be followed tells nothing")
                    .isEqualTo(there);
            io.growNow(3 * BLOCK);
            assertThat(io.standingNow().bytes()).isEqualTo(3 * BLOCK);
        }
    }

    @Test
    void saysThatAFolderAboveItIsGone() throws Exception {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Path file = Files.write(inner.resolve("file"), new byte[2 * BLOCK]);
        try (FileIo io = open(file)) {
            Files.delete(file);
            Files.delete(inner);
            assertThat(io.standingNow()).isEqualTo(GONE);
            Files.write(inner, new byte[1]);
            assertThat(io.standingNow()).isEqualTo(GONE);
        }
    }

    @Test
    void growsAndAllocates() throws Exception {
        try (FileIo io = open(file(BLOCK))) {
            io.growNow(1 << 20);
            assertThat(io.size()).isEqualTo(1 << 20);
            await(done -> io.allocate(512 << 10, 256 << 10, done));
            io.forget(0, 1 << 20);
            ByteBuffer read = random(new Random(5), BLOCK);
            await(done -> io.read(600 << 10, read, done));
            assertThat(Fields.isZero(read, 0, BLOCK)).isTrue();
        }
    }

    @Test
    void carriesManyOperationsAtOnce() throws Exception {
        Random random = new Random(6);
        try (FileIo io = open(file(4 << 20))) {
            ByteBuffer content = random(random, 4 << 20);
            CompletableFuture<?>[] ends = new CompletableFuture<?>[512];
            for (int i = 0; i < ends.length; i++) {
                int at = i * 2 * BLOCK;
                CompletableFuture<Boolean> end = new CompletableFuture<>();
                ends[i] = end;
                loop().execute(() -> io.write(
                        at,
                        content.duplicate().limit(at + 2 * BLOCK).position(at),
                        failure -> end.complete(failure == null)));
            }
            CompletableFuture.allOf(ends).get(60, TimeUnit.SECONDS);
            for (CompletableFuture<?> end : ends) {
                assertThat(end.get()).isEqualTo(true);
            }
            ByteBuffer read = ByteBuffer.allocateDirect(4 << 20);
            await(done -> io.read(0, read, done));
            assertThat(read).isEqualTo(content);
        }
    }

    @Test
    void refusesAFileThatIsNotThere() {
        assertThatThrownBy(() -> open(folder.resolve("nothing")).close())
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.ABSENT));
    }
}
