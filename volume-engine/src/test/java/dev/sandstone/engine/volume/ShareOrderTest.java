package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.loop.QueueLoop;
import dev.sandstone.engine.map.MapLimits;
import dev.sandstone.engine.meta.HeapMetadataStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Copies by reference that are under way together, step by step: what each shows, and when. */
class ShareOrderTest {
    private static final int BLOCK = VolumeSpec.BLOCK_BYTES;
    private static final int BLOCKS = 64;
    private static final BlockRange ALL = new BlockRange(0, BLOCKS);

    private final QueueLoop loop = new QueueLoop();
    private final CrashStore store = new CrashStore(new Random(5), loop, 1 << 20, 32);
    private final List<String> told = new ArrayList<>();
    private final Pool pool;
    private int volumes;

    ShareOrderTest() throws Exception {
        pool = LogPool.open(
                new PoolParts(
                        loop,
                        store,
                        new HeapMetadataStore(),
                        loop,
                        loop,
                        MapLimits.of(8 << 20, 8 << 20),
                        new Random(6)),
                () -> {});
    }

    private Volume volume(WritePolicy policy) {
        VolumeSpec spec = new VolumeSpec(new VolumeId(new UUID(1, ++volumes)), BLOCKS, policy);
        CompletableFuture<Volume> made = pool.create(spec).toCompletableFuture();
        drain();
        // From here on the map's leaf is in memory.
        assertThat(shown(made.join())).isZero();
        return made.join();
    }

    private void drain() {
        loop.advance(1_000_000_000L);
    }

    private static void write(Volume volume, int value) {
        byte[] bytes = new byte[BLOCKS * BLOCK];
        Arrays.fill(bytes, (byte) value);
        volume.write(
                0,
                SyncVolume.direct(bytes),
                false,
                (status, detail) -> assertThat(status).isEqualTo(EngineStatus.OK));
    }

    /** What a read shows once time has passed. */
    private int shown(Volume volume) {
        ByteBuffer dst = ByteBuffer.allocateDirect(BLOCKS * BLOCK);
        CompletableFuture<EngineStatus> done = new CompletableFuture<>();
        volume.read(0, dst, (status, detail) -> done.complete(status));
        drain();
        assertThat(done).isCompletedWithValue(EngineStatus.OK);
        assertThat(dst.get(0)).isEqualTo(dst.get(BLOCKS * BLOCK - 1));
        return dst.get(0);
    }

    /** Begins a copy by reference of all of a volume, and tells of it under a name. */
    private void share(String name, Volume from, Volume to, Runnable placed) {
        to.share(
                from,
                0,
                ALL,
                blocks -> {
                    told.add(name + " placed " + blocks);
                    placed.run();
                },
                (status, blocks) -> told.add(name + " " + status + " " + blocks));
    }

    @Test
    void whatWasAcknowledgedButIsNotDurableIsShared() {
        Volume source = volume(WritePolicy.WRITE_BACK);
        Volume copy = volume(WritePolicy.DURABLE);
        write(source, 7);
        share("copy", source, copy, () -> {});
        assertThat(told).as("it waits for the write").isEmpty();
        drain();
        assertThat(told).containsExactly("copy placed 64", "copy OK 64");
        assertThat(shown(copy)).isEqualTo(7);
    }

    @Test
    void whereTheSourceIsDurableNothingElseIsWaitedFor() {
        Volume source = volume(WritePolicy.WRITE_BACK);
        Volume other = volume(WritePolicy.WRITE_BACK);
        Volume copy = volume(WritePolicy.DURABLE);
        write(source, 7);
        drain();
        write(other, 8);
        share("copy", source, copy, () -> {});
        assertThat(told).containsExactly("copy placed 64");
        drain();
        assertThat(told).containsExactly("copy placed 64", "copy OK 64");
        assertThat(shown(copy)).isEqualTo(7);
    }

    @Test
    void whatHasItsPlaceIsShownByWhatBeginsThen() {
        Volume first = volume(WritePolicy.DURABLE);
        Volume second = volume(WritePolicy.DURABLE);
        Volume third = volume(WritePolicy.DURABLE);
        write(first, 7);
        write(second, 8);
        drain();
        share("one", first, second, () -> share("two", second, third, () -> write(first, 9)));
        assertThat(told).as("the second waits until the first is durable").containsExactly("one placed 64");
        drain();
        assertThat(told).containsExactlyInAnyOrder("one placed 64", "one OK 64", "two placed 64", "two OK 64");
        assertThat(shown(third)).isEqualTo(7);
        assertThat(shown(second)).isEqualTo(7);
        assertThat(shown(first)).isEqualTo(9);
    }

    @Test
    void severalAreUnderWayAndTheLastOneStays() {
        Volume first = volume(WritePolicy.DURABLE);
        Volume second = volume(WritePolicy.DURABLE);
        Volume copy = volume(WritePolicy.DURABLE);
        write(first, 7);
        write(second, 8);
        drain();
        share("one", first, copy, () -> share("two", second, copy, () -> {}));
        assertThat(told).containsExactly("one placed 64", "two placed 64");
        drain();
        assertThat(told).containsExactly("one placed 64", "two placed 64", "one OK 64", "two OK 64");
        assertThat(shown(copy)).isEqualTo(8);
    }

    @Test
    void anUnmapUnderWayIsNotOverlooked() {
        Volume source = volume(WritePolicy.DURABLE);
        Volume copy = volume(WritePolicy.DURABLE);
        write(source, 7);
        drain();
        source.unmap(List.of(ALL), (status, detail) -> told.add("unmap " + status));
        share("copy", source, copy, () -> {});
        assertThat(told).as("it waits for the UNMAP").isEmpty();
        drain();
        assertThat(told).containsExactlyInAnyOrder("unmap OK", "copy placed 64", "copy OK 64");
        assertThat(shown(copy)).isZero();
    }

    @Test
    void whenTheLogFailsAllThatHaveAPlaceFail() {
        Volume first = volume(WritePolicy.DURABLE);
        Volume copy = volume(WritePolicy.DURABLE);
        Volume other = volume(WritePolicy.DURABLE);
        write(first, 7);
        drain();
        store.failAppends();
        share("one", first, copy, () -> share("two", first, other, () -> {}));
        drain();
        assertThat(told).containsExactly("one placed 64", "two placed 64", "one IO_ERROR 64", "two IO_ERROR 64");
        assertThat(shown(copy)).isZero();
        share("three", first, copy, () -> {});
        drain();
        assertThat(told).last().isEqualTo("three IO_ERROR 0");
    }
}
