package dev.sandstone.copy.token;

import dev.sandstone.copy.job.Copier;
import dev.sandstone.copy.job.CopyFailure;
import dev.sandstone.copy.job.CopyJob;
import dev.sandstone.copy.job.CopyPlan;
import dev.sandstone.copy.job.CopyWork;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.sense.SenseKey;
import org.jspecify.annotations.Nullable;

/** Writes what a token names. Whatever leaves blocks unwritten is an underrun, which says how many were (SBC-4 4.28.2). */
public final class TokenWrite implements CopyWork {
    private final CopyJob job;
    private final long wanted;

    /**
     * @param wanted blocks asked for, maybe more than the plan has
     * @param ended told once, when nothing is moved any more
     */
    public TokenWrite(Copier copier, CopyPlan plan, long wanted, Runnable ended) {
        this.job = copier.job(plan, ended);
        this.wanted = wanted;
    }

    @Override
    public void start() {
        job.start();
    }

    @Override
    public void abort() {
        job.abort();
    }

    @Override
    public long transferred() {
        return job.transferred();
    }

    /** SBC-4 5.25.3: always zero. */
    @Override
    public int segmentsBegun() {
        return 0;
    }

    @Override
    public long operations() {
        return job.operations();
    }

    @Override
    public boolean isFinished() {
        return job.isFinished();
    }

    @Override
    public boolean isAborted() {
        return job.isAborted();
    }

    @Override
    public @Nullable CopyFailure failure() {
        if (!isFinished() || isAborted() || transferred() == wanted) {
            return null;
        }
        SenseKey key = transferred() == 0 ? SenseKey.ILLEGAL_REQUEST : SenseKey.COPY_ABORTED;
        SenseData sense = SenseData.of(key, AdditionalSense.COPY_TARGET_DEVICE_DATA_UNDERRUN)
                .withInformation(transferred());
        CopyFailure cause = job.failure();
        return CopyFailure.broken(cause == null ? sense : sense.forwardingSameAs(cause.sense()));
    }
}
