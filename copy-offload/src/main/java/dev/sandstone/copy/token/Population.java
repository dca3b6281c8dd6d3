package dev.sandstone.copy.token;

import dev.sandstone.copy.job.CopyFailure;
import dev.sandstone.copy.job.CopyWork;
import dev.sandstone.engine.loop.ShardLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a token: no data is read, what the unit shows is kept. */
public final class Population implements CopyWork {
    private static final Logger LOG = LoggerFactory.getLogger(Population.class);

    private final RodTokens tokens;
    private final Claim claim;
    private final Runnable ended;
    private @Nullable RodToken token;
    private @Nullable CopyFailure failure;
    private boolean aborted;
    private boolean finished;
    private volatile long transferred;

    /** @param ended told once, on the unit's loop */
    public Population(RodTokens tokens, Claim claim, Runnable ended) {
        this.tokens = tokens;
        this.claim = claim;
        this.ended = ended;
    }

    @Override
    public void start() {
        if (!tokens.reserve(claim.initiator())) {
            fail();
            return;
        }
        ShardLoop loop = claim.unit().volume().loop();
        tokens.times()
                .keep(claim.unit().volume().id())
                .whenComplete((kept, refused) -> loop.run(() -> {
                    if (kept == null) {
                        LOG.warn(
                                "no token could be made of unit {}",
                                claim.unit().attributes().naa(),
                                refused);
                        tokens.withdraw(claim.initiator());
                        fail();
                    } else if (aborted) {
                        tokens.withdraw(claim.initiator());
                        kept.letGo();
                        finish();
                    } else {
                        token = tokens.add(claim, kept);
                        transferred = claim.blocks();
                        finish();
                    }
                }));
    }

    private void fail() {
        if (!aborted) {
            failure = RodTokens.noRoom();
        }
        finish();
    }

    private void finish() {
        finished = true;
        ended.run();
    }

    /** The token; null when there is none, or not yet. */
    public @Nullable RodToken token() {
        return token;
    }

    @Override
    public void abort() {
        aborted |= !finished;
    }

    @Override
    public long transferred() {
        return transferred;
    }

    @Override
    public int segmentsBegun() {
        return 0;
    }

    @Override
    public long operations() {
        return finished ? 1 : 0;
    }

    @Override
    public boolean isFinished() {
        return finished;
    }

    @Override
    public boolean isAborted() {
        return aborted;
    }

    @Override
    public @Nullable CopyFailure failure() {
        return failure;
    }
}
