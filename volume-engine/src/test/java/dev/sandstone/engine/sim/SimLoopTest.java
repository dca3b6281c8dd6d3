package dev.sandstone.engine.sim;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The machine stops when power is lost. */
class SimLoopTest {
    /** A stage catches every Throwable; it must not make a failure of an operation of a loss of power. */
    @Test
    void losesPowerEvenWithinAStage() {
        Random random = new Random(1);
        SimLoop loop = new SimLoop(random, 1);
        SimFaults faults = new SimFaults(random);
        SimDisk disk = new SimDisk(new SimMedium(1 << 20), loop, random, faults);
        CompletableFuture<Void> first = new CompletableFuture<>();
        CompletableFuture<Void> second = first.thenCompose(nothing -> {
            disk.write(0, ByteBuffer.allocateDirect(4096), failure -> {});
            return CompletableFuture.completedFuture(null);
        });
        faults.crashAtWrite(0);
        loop.execute(() -> first.complete(null));

        assertThatThrownBy(loop::runOne).isInstanceOf(SimCrash.class);
        assertThatThrownBy(second::join).hasCauseInstanceOf(SimCrash.class);
    }
}
