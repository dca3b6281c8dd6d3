package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Of n equal COMPARE AND WRITEs exactly one wins (I22), whatever else goes on in the same block. */
class CompareAndWriteTest {
    private static final int CONTENDERS = 64;
    private static final int ROUNDS = 100;

    @ParameterizedTest
    @EnumSource(WritePolicy.class)
    void ofManyEqualOnesExactlyOneWins(WritePolicy policy) throws Exception {
        try (TestPools.Opened opened = TestPools.memory(96 << 20)) {
            Volume volume = volume(opened, policy);
            for (int round = 0; round < ROUNDS; round++) {
                int now = round;
                AtomicInteger wins = new AtomicInteger();
                CountDownLatch ended = new CountDownLatch(CONTENDERS);
                for (int i = 0; i < CONTENDERS; i++) {
                    volume.compareAndWrite(8, block(now), block(now + 1), false, (status, detail) -> {
                        if (status == EngineStatus.OK) {
                            wins.incrementAndGet();
                        } else {
                            assertThat(status).isEqualTo(EngineStatus.MISCOMPARE);
                        }
                        ended.countDown();
                    });
                }
                assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(wins).as("round %d", round).hasValue(1);
            }
        }
    }

    /** Eight writers, each of one sector of the same 4 KiB block, beside a counter in compare and write. */
    @ParameterizedTest
    @EnumSource(WritePolicy.class)
    void writesOfPartsOfABlockDoNotUndoEachOther(WritePolicy policy) throws Exception {
        try (TestPools.Opened opened = TestPools.memory(96 << 20)) {
            Volume volume = volume(opened, policy);
            List<CompletableFuture<EngineStatus>> last = new ArrayList<>();
            for (int round = 1; round <= ROUNDS; round++) {
                last.clear();
                for (int sector = 0; sector < 8; sector++) {
                    CompletableFuture<EngineStatus> done = new CompletableFuture<>();
                    last.add(done);
                    volume.write(
                            8 + sector, block(round * 8 + sector), false, (status, detail) -> done.complete(status));
                }
            }
            for (CompletableFuture<EngineStatus> done : last) {
                assertThat(done.get(30, TimeUnit.SECONDS)).isEqualTo(EngineStatus.OK);
            }
            SyncVolume sync = new SyncVolume(volume);
            assertThat(sync.flush().ok()).isTrue();
            for (int sector = 0; sector < 8; sector++) {
                assertThat(ByteBuffer.wrap(sync.read(8 + sector, 1)).getInt(0))
                        .as("sector %d", sector)
                        .isEqualTo(ROUNDS * 8 + sector);
            }
        }
    }

    /** The log takes 64 MiB at once; what came before and waits at its door, or for a buffer, waits longer. */
    @Test
    void goesAheadOfWritesThatWait() throws Exception {
        try (TestPools.Opened opened = TestPools.memory(256 << 20)) {
            VolumeSpec spec = new VolumeSpec(new VolumeId(new UUID(1, 2)), 1 << 18, WritePolicy.DURABLE);
            Volume volume = opened.pool().create(spec).toCompletableFuture().get(30, TimeUnit.SECONDS);
            List<String> ended = Collections.synchronizedList(new ArrayList<>());
            CountDownLatch all = new CountDownLatch(80 + 400 + 1);
            ByteBuffer data = ByteBuffer.allocateDirect(1 << 20);
            opened.loop().execute(() -> {
                for (int i = 0; i < 80; i++) {
                    volume.write(i * 2048L, data.duplicate(), false, done("bulk", ended, all));
                }
                for (int i = 0; i < 400; i++) {
                    volume.write(200_001 + i * 8L, block(i), false, done("part", ended, all));
                }
                volume.compareAndWrite(190_000, block(0), block(1), false, done("compare", ended, all));
            });
            assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
            // While it reads what is there a bulk write or two may come in, for which the log has room again.
            assertThat(ended.subList(0, ended.indexOf("compare")))
                    .as("what was in the log already")
                    .hasSizeLessThan(80)
                    .containsOnly("bulk");
        }
    }

    private static Completion done(String what, List<String> ended, CountDownLatch all) {
        return (status, detail) -> {
            assertThat(status).isEqualTo(EngineStatus.OK);
            ended.add(what);
            all.countDown();
        };
    }

    private static Volume volume(TestPools.Opened opened, WritePolicy policy) throws Exception {
        VolumeSpec spec = new VolumeSpec(new VolumeId(new UUID(1, 2)), 8192, policy);
        return opened.pool().create(spec).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private static ByteBuffer block(int value) {
        return ByteBuffer.allocateDirect(512).putInt(0, value);
    }
}
