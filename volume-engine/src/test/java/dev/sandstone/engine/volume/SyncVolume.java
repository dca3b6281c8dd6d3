package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A volume as a test likes to use it: byte arrays in, answers out, from a thread that is not the loop. */
public final class SyncVolume {
    private static final int BLOCK = VolumeSpec.BLOCK_BYTES;

    /** How an operation ended. */
    public record Outcome(EngineStatus status, long detail) {
        public boolean ok() {
            return status == EngineStatus.OK;
        }
    }

    private final Volume volume;

    public SyncVolume(Volume volume) {
        this.volume = volume;
    }

    public Volume volume() {
        return volume;
    }

    public Outcome write(long lba, byte[] bytes, boolean fua) {
        ByteBuffer src = direct(bytes);
        Outcome outcome = await(done -> volume.write(lba, src, fua, done));
        assertUntouched(src, bytes);
        return outcome;
    }

    /** The bytes of a read that must succeed. */
    public byte[] read(long lba, int blocks) {
        ByteBuffer dst = ByteBuffer.allocateDirect(blocks * BLOCK);
        Outcome outcome = await(done -> volume.read(lba, dst, done));
        assertThat(outcome)
                .as("read of %d blocks at %d", blocks, lba)
                .isEqualTo(new Outcome(EngineStatus.OK, outcome.detail()));
        return bytes(dst);
    }

    /** A read that may fail; the buffer gets what was read. */
    public Outcome read(long lba, ByteBuffer dst) {
        return await(done -> volume.read(lba, dst, done));
    }

    public Outcome compareAndWrite(long lba, byte[] expected, byte[] replacement) {
        ByteBuffer old = direct(expected);
        ByteBuffer fresh = direct(replacement);
        Outcome outcome = await(done -> volume.compareAndWrite(lba, old, fresh, false, done));
        assertUntouched(old, expected);
        assertUntouched(fresh, replacement);
        return outcome;
    }

    public Outcome unmap(BlockRange... ranges) {
        return await(done -> volume.unmap(List.of(ranges), done));
    }

    public Outcome writeZeros(long lba, long blocks) {
        return await(done -> volume.writeZeros(new BlockRange(lba, blocks), false, done));
    }

    public Outcome flush() {
        return await(volume::flush);
    }

    public static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    public static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    /** Runs one operation and waits for its end. */
    public static Outcome await(Consumer<Completion> operation) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        // Not by what complete answers: it may have been given up by time before.
        AtomicBoolean told = new AtomicBoolean();
        operation.accept((status, detail) -> {
            if (told.getAndSet(true)) {
                throw new AssertionError("completed twice");
            }
            outcome.complete(new Outcome(status, detail));
        });
        return outcome.orTimeout(60, TimeUnit.SECONDS).join();
    }

    private static void assertUntouched(ByteBuffer buffer, byte[] bytes) {
        assertThat(buffer.position()).isZero();
        assertThat(buffer.limit()).isEqualTo(bytes.length);
        assertThat(bytes(buffer)).isEqualTo(bytes);
    }
}
