package dev.sandstone.copy.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.copy.job.Copier;
import dev.sandstone.copy.job.CopyEnd;
import dev.sandstone.copy.job.CopyFailure;
import dev.sandstone.copy.job.CopyPlan;
import dev.sandstone.copy.job.CopyWork;
import dev.sandstone.copy.job.Segment;
import dev.sandstone.scsi.device.DeviceServer;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.SenseData;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is remembered of a copy: how it ended, and nothing of what it had to do. */
class CopyOperationTest {
    private final CopyBench bench = new CopyBench();
    private final DeviceServer unit = bench.server();
    private @Nullable CopyWork job;

    private CopyOperation operation(@Nullable SenseData broken) {
        CopyEnd destination = new CopyEnd(CopyBench.volume(unit), () -> null, CopyEnd.NO_DESCRIPTOR);
        CopyPlan plan = new CopyPlan(List.of(new Segment(null, 0, destination, 8, 64)), broken);
        return new CopyOperation(0, true, ended -> {
            CopyWork made = new Copier(bench.loop()).job(plan, ended);
            job = made;
            return made;
        });
    }

    @Test
    void theWorkIsLetGoAndItsFiguresStay() {
        CopyOperation operation = operation(null);
        operation.start();
        assertThat(operation.isRunning()).isFalse();
        CopyWork ran = Objects.requireNonNull(job);
        CopyWork kept = operation.work();
        assertThat(kept).isNotSameAs(ran);
        assertThat(kept.transferred()).isEqualTo(64).isEqualTo(ran.transferred());
        assertThat(kept.segmentsBegun()).isEqualTo(1).isEqualTo(ran.segmentsBegun());
        assertThat(kept.operations()).isEqualTo(ran.operations()).isPositive();
        assertThat(kept.failure()).isNull();
        assertThat(operation.status()).isEqualTo(CopyOperation.COMPLETED);
    }

    @Test
    void aFailureIsRemembered() {
        SenseData reason = SenseData.illegal(AdditionalSense.UNREACHABLE_COPY_TARGET);
        CopyOperation operation = operation(reason);
        operation.start();
        assertThat(operation.work()).isNotSameAs(job);
        CopyFailure failure = Objects.requireNonNull(operation.work().failure());
        assertThat(failure.sense()).hasToString(reason.toString());
        assertThat(operation.status()).isEqualTo(CopyOperation.FAILED);
    }

    @Test
    void anAbortIsRemembered() {
        CopyBench.volume(unit).hold();
        CopyOperation operation = operation(null);
        operation.start();
        operation.abort(() -> {});
        assertThat(operation.isRunning()).isTrue();
        assertThat(operation.work()).isSameAs(job);
        CopyBench.volume(unit).releaseAll();
        assertThat(operation.status()).isEqualTo(CopyOperation.TERMINATED);
        assertThat(operation.work()).isNotSameAs(job);
        operation.abort(() -> {});
        assertThat(operation.status()).isEqualTo(CopyOperation.TERMINATED);
    }
}
