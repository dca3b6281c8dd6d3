package dev.sandstone.copy.job;

import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.engine.volume.Completion;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.scsi.sense.SenseData;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A part of a segment that one buffer holds: read, then written. Zeros are written as such, so that what is thin stays
 * thin. What the engine cannot take now is tried again for a while.
 */
final class Piece {
    private static final int BLOCK_SHIFT = 9;
    private static final long RETRY_NANOS = 50_000_000;
    private static final int RETRIES = 200;

    private final CopyJob job;
    private final Segment segment;
    private final long offset;
    private final boolean sharing;
    private int blocks;
    private @Nullable ByteBuffer buffer;
    private int sharedBlocks;
    private int retries;
    private boolean placed;
    private boolean written;
    private boolean ended;
    private @Nullable CopyFailure failure;

    /** @param offset of its first block in the segment */
    Piece(CopyJob job, Segment segment, long offset, int blocks) {
        this(job, segment, offset, blocks, false);
    }

    private Piece(CopyJob job, Segment segment, long offset, int blocks, boolean sharing) {
        this.job = job;
        this.segment = segment;
        this.offset = offset;
        this.blocks = blocks;
        this.sharing = sharing;
    }

    /** A piece without data of its own: the engine lets the destination show what the source has. */
    static Piece shared(CopyJob job, Segment segment, long offset, int blocks) {
        return new Piece(job, segment, offset, blocks, true);
    }

    int blocks() {
        return blocks;
    }

    /** Whether it has no data of its own. */
    boolean isSharing() {
        return sharing;
    }

    /** It has its place among the changes of the pool. */
    void place() {
        placed = true;
    }

    boolean isPlaced() {
        return placed;
    }

    /** It is only so long. */
    void cut(int to) {
        blocks = to;
    }

    /** @param reason null where it is written, or was given up because the job ends */
    void ended(@Nullable CopyFailure reason) {
        ended = true;
        failure = reason;
    }

    boolean isEnded() {
        return ended;
    }

    /** Why it has not reached its destination; null where that does not matter. */
    @Nullable
    CopyFailure failure() {
        return failure;
    }

    /** Whether it has reached its destination. */
    boolean isWritten() {
        return written;
    }

    /** Begins, as soon as there is a buffer when one is needed. */
    void start(Copier copier) {
        if (segment.source() == null) {
            zero();
        } else if (sharing) {
            share(segment.source());
        } else {
            copier.buffers().take(taken -> {
                buffer = taken.limit(blocks << BLOCK_SHIFT);
                if (job.isStopping()) {
                    finish(copier, null);
                } else {
                    read();
                }
            });
        }
    }

    /** Asks the gate of the source first, then that of the destination. */
    private void share(CopyEnd source) {
        BlockRange range = new BlockRange(segment.destinationLba() + offset, blocks);
        long from = segment.sourceLba() + offset;
        // Queued, so that others have their turn between two pieces.
        LongConsumer place = shared -> job.copier().loop().execute(() -> job.placed(this, (int) shared));
        use(
                source,
                true,
                (volume, done) -> done.done(EngineStatus.OK, 0),
                () -> use(
                        segment.destination(),
                        false,
                        (volume, done) -> volume.share(source.volume(), from, range, place, (status, shared) -> {
                            sharedBlocks = (int) shared;
                            done.done(status, 0);
                        }),
                        this::sharedSome));
    }

    private void sharedSome() {
        if (!placed) {
            job.cut(this, sharedBlocks);
        }
        landed();
    }

    private void read() {
        CopyEnd source = segment.source();
        ByteBuffer into = buffer;
        if (source == null || into == null) {
            throw new IllegalStateException("nothing to read from, or into");
        }
        use(source, true, (volume, done) -> volume.read(segment.sourceLba() + offset, into, done), this::write);
    }

    private void write() {
        job.operated();
        ByteBuffer from = buffer;
        if (from == null || isZero(from)) {
            zero();
        } else {
            use(
                    segment.destination(),
                    false,
                    (volume, done) -> volume.write(segment.destinationLba() + offset, from, false, done),
                    this::landed);
        }
    }

    private void zero() {
        BlockRange range = new BlockRange(segment.destinationLba() + offset, blocks);
        use(segment.destination(), false, (volume, done) -> volume.writeZeros(range, false, done), this::landed);
    }

    private void landed() {
        if (blocks > 0) {
            job.operated();
        }
        written = true;
        finish(job.copier(), null);
    }

    private interface Operation {
        void start(Volume volume, Completion done);
    }

    /** Asks the gate and performs the operation on the volume's loop, then goes on at home. */
    private void use(CopyEnd end, boolean bySource, Operation operation, Runnable next) {
        Volume volume = end.volume();
        ShardLoop home = job.copier().loop();
        volume.loop().run(() -> {
            SenseData refusal = end.gate().refusal();
            if (refusal != null) {
                home.run(() -> finish(job.copier(), CopyFailure.refused(refusal, bySource)));
                return;
            }
            end.gate().entered();
            operation.start(volume, (status, detail) -> {
                end.gate().left();
                home.run(() -> {
                    if (status == EngineStatus.OK) {
                        next.run();
                    } else if (status == EngineStatus.BUSY && retries < RETRIES && !job.isStopping()) {
                        retries++;
                        home.schedule(() -> use(end, bySource, operation, next), RETRY_NANOS);
                    } else {
                        finish(job.copier(), CopyFailure.failed(status, detail, bySource));
                    }
                });
            });
        });
    }

    private void finish(Copier copier, @Nullable CopyFailure failure) {
        ByteBuffer back = buffer;
        buffer = null;
        if (back != null) {
            copier.buffers().give(back);
        }
        job.ended(this, failure);
    }

    private static boolean isZero(ByteBuffer data) {
        for (int at = 0; at < data.limit(); at += Long.BYTES) {
            if (data.getLong(at) != 0) {
                return false;
            }
        }
        return true;
    }
}
