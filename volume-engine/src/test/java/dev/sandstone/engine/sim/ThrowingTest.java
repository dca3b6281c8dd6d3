package dev.sandstone.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.volume.AnnexKind;
import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.engine.volume.Completion;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.engine.volume.WritePolicy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever throws within an operation, who asked for it when it is told, or the store: the operation ends, what it held is given
 * back, those beside it go on, and the pool can be closed.
 */
class ThrowingTest {
    private static final int BLOCKS = 4096;

    private final long seed = Long.getLong("sandstone.seed", System.nanoTime());
    private final List<EngineStatus> told = new ArrayList<>();

    private SimPool machine() throws StoreException {
        System.out.println("throwing: seed " + seed);
        SimPool machine = new SimPool(new Random(seed), SimSetup.fixed());
        machine.open();
        return machine;
    }

    private static Volume volume(SimPool machine, int number, WritePolicy policy) {
        VolumeId id = new VolumeId(new UUID(1, number));
        return machine.await("a volume", machine.pool().create(new VolumeSpec(id, BLOCKS, policy)));
    }

    /** Remembers how it ended, and throws. */
    private void throwing(SimPool machine, EngineStatus expected, Consumer<Completion> operation) {
        told.clear();
        CompletableFuture<EngineStatus> ended = new CompletableFuture<>();
        operation.accept((status, detail) -> {
            told.add(status);
            ended.complete(status);
            throw new IllegalStateException("who asked has a defect");
        });
        machine.await("the operation", ended);
        assertThat(told).as("seed %d: told once", seed).containsExactly(expected);
    }

    private static EngineStatus plain(SimPool machine, Consumer<Completion> operation) {
        CompletableFuture<EngineStatus> ended = new CompletableFuture<>();
        operation.accept((status, detail) -> ended.complete(status));
        return machine.await("an operation", ended);
    }

    @ParameterizedTest
    @EnumSource(WritePolicy.class)
    void whoIsToldMayThrow(WritePolicy policy) throws StoreException {
        SimPool machine = machine();
        Volume volume = volume(machine, 1, policy);
        Volume other = volume(machine, 2, policy);
        EngineStatus ok = EngineStatus.OK;
        ByteBuffer whole = ByteBuffer.allocateDirect(16 * 512);
        ByteBuffer part = ByteBuffer.allocateDirect(3 * 512);
        BlockRange range = new BlockRange(0, 16);
        for (int round = 0; round < 3; round++) {
            throwing(machine, ok, done -> volume.write(0, Content.of(1, 0, 16), false, done));
            throwing(machine, ok, done -> volume.write(16, Content.of(1, 16, 16), true, done));
            throwing(machine, ok, done -> volume.write(35, Content.of(2, 35, 3), false, done));
            throwing(machine, ok, done -> volume.compareAndWrite(0, at(1, 0), at(1, 0), false, done));
            throwing(
                    machine,
                    EngineStatus.MISCOMPARE,
                    done -> volume.compareAndWrite(0, at(5, 0), at(6, 0), false, done));
            throwing(machine, ok, done -> volume.read(0, whole, done));
            throwing(machine, ok, done -> volume.read(33, part, done));
            throwing(machine, ok, done -> volume.extents(range, new ArrayList<>(), 9, done));
            throwing(machine, ok, done -> volume.keepAnnex(AnnexKind.UNIT, new byte[9000], done));
            throwing(machine, ok, done -> {
                volume.write(80, Content.of(1, 80, 8), false, (status, detail) -> {});
                volume.flush(done);
            });
            throwing(machine, ok, done -> {
                Completion placed = (status, detail) -> {
                    throw new IllegalStateException("so has who is told the place");
                };
                other.share(volume, 0, range, blocks -> placed.done(ok, blocks), done);
            });
            throwing(machine, ok, done -> volume.unmap(List.of(range, new BlockRange(100, 3)), done));
            throwing(machine, ok, done -> volume.writeZeros(range, false, done));
            throwing(machine, ok, done -> volume.writeZeros(new BlockRange(3, 2), false, done));
            CompletableFuture<EngineStatus> beside = new CompletableFuture<>();
            throwing(machine, ok, done -> {
                volume.write(64, Content.of(3, 64, 8), true, done);
                other.write(64, Content.of(4, 64, 8), true, (status, detail) -> beside.complete(status));
            });
            assertThat(machine.await("a write in the same batch", beside)).isEqualTo(ok);
        }
        assertThat(machine.await("the check", machine.pool().check())).isEmpty();
        machine.close();
    }

    /** The second look is that behind the first one that found nothing in memory; the third that for the block alone. */
    @Test
    void theStoreMayThrow() throws StoreException {
        SimPool machine = machine();
        Volume volume = volume(machine, 1, WritePolicy.DURABLE);
        assertThat(plain(machine, done -> volume.write(0, Content.of(1, 0, 64), false, done)))
                .isEqualTo(EngineStatus.OK);
        ByteBuffer bytes = ByteBuffer.allocateDirect(64 * 512);
        int refused = 0;
        for (int looks = 0; looks < 60; looks++) {
            machine.faults().throwAfter(looks % 3);
            EngineStatus read = plain(machine, done -> volume.read(0, bytes, done));
            EngineStatus changed = plain(machine, done -> volume.write(3, Content.of(1, 3, 2), false, done));
            machine.faults().throwAfter(-1);
            assertThat(List.of(read, changed)).as("seed %d", seed).allMatch(ThrowingTest::isOkOrError);
            refused += read == EngineStatus.OK ? 0 : 1;
            assertThat(bytes.position()).isZero();
            assertThat(bytes.limit()).isEqualTo(64 * 512);
            assertThat(plain(machine, done -> volume.read(0, bytes, done))).isEqualTo(EngineStatus.OK);
            assertThat(Content.operation(bytes, 0, 0)).isEqualTo(1);
        }
        assertThat(refused).as("seed %d", seed).isPositive();
        ByteBuffer closed = ByteBuffer.allocateDirect(64 * 512).asReadOnlyBuffer();
        assertThat(plain(machine, done -> volume.read(512, closed, done)))
                .as("nothing can be put there")
                .isEqualTo(EngineStatus.IO_ERROR);
        machine.close();
    }

    private static boolean isOkOrError(EngineStatus status) {
        return status == EngineStatus.OK || status == EngineStatus.IO_ERROR;
    }

    private static ByteBuffer at(long id, int lba) {
        return Content.of(id, lba, 1);
    }
}
