package dev.sandstone.copy.job;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A copy under way: the segments one after the other, each by pieces.
 *
 * <pre>
 *   waiting --start--> running --last piece written--> done
 *                         |------failure, abort------> stopping --last piece under way has ended--> failed, aborted
 * </pre>
 *
 * <p>Each block of the destination gets what its block of the source had at some moment of the job. Where a segment
 * overlaps itself the outcome is as if the source had been read as a whole first.
 */
public final class CopyJob implements CopyWork {
    /** Pieces under way at once, so that one is read while another is written. */
    private static final int DEPTH = 2;

    private static final int PIECE_BLOCKS = PieceBuffers.BYTES >>> 9;

    /** What can be shared is whole blocks of the engine's map, 4 KiB. */
    static final int SHARE_GRANULARITY = 8;

    /** Blocks that one request to share names, 16 MiB: so often rights are asked, and progress is told. */
    private static final int SHARE_BLOCKS = 32768;

    private final Copier copier;
    private final CopyPlan plan;
    private final Runnable ended;
    /** The pieces of the current segment that are under way or wait for an older one to land, oldest first. */
    private final Deque<Piece> pieces = new ArrayDeque<>();

    private int current;
    private long issued;
    private long landed;
    /** Up to here the segment is copied, because the engine could not share it. */
    private long copiedUntil;

    private int underWay;
    private long counted;
    private long operations;
    private @Nullable CopyFailure failure;
    private boolean aborted;
    private boolean finished;
    private boolean advancing;
    private boolean again;
    private volatile long transferred;
    private volatile int begun;

    CopyJob(Copier copier, CopyPlan plan, Runnable ended) {
        this.copier = copier;
        this.plan = plan;
        this.ended = ended;
    }

    @Override
    public void start() {
        advance();
    }

    @Override
    public void abort() {
        if (!finished) {
            aborted = true;
            advance();
        }
    }

    @Override
    public long transferred() {
        return transferred;
    }

    @Override
    public int segmentsBegun() {
        return begun;
    }

    /** Blocks in all. */
    public long blocks() {
        return plan.blocks();
    }

    @Override
    public long operations() {
        return operations;
    }

    @Override
    public boolean isFinished() {
        return finished;
    }

    @Override
    public boolean isAborted() {
        return aborted && failure == null;
    }

    @Override
    public @Nullable CopyFailure failure() {
        return failure;
    }

    Copier copier() {
        return copier;
    }

    boolean isStopping() {
        return aborted || failure != null;
    }

    /** A read or a write has ended well. */
    void operated() {
        operations++;
    }

    /** A piece has ended, at its destination or not. */
    void ended(Piece piece, @Nullable CopyFailure reason) {
        underWay--;
        if (failure == null && !aborted) {
            failure = reason;
        }
        advance();
    }

    /** Issues what may be issued; called again from inside when pieces end at once. */
    private void advance() {
        again = true;
        if (advancing) {
            return;
        }
        advancing = true;
        while (again) {
            again = false;
            step();
        }
        advancing = false;
    }

    private void step() {
        if (finished) {
            return;
        }
        if (isStopping()) {
            finishWhenIdle();
            return;
        }
        if (current == plan.segments().size()) {
            if (plan.broken() != null) {
                begun = current + 1;
                failure = CopyFailure.broken(plan.broken());
            }
            finishWhenIdle();
            return;
        }
        begun = current + 1;
        Segment segment = plan.segments().get(current);
        collect(segment);
        if (landed == segment.blocks()) {
            current++;
            issued = 0;
            landed = 0;
            copiedUntil = 0;
            again = true;
            return;
        }
        boolean oneByOne = segment.overlapsItself() || segment.maySharePieces();
        int depth = oneByOne && copiedUntil <= issued ? 1 : DEPTH;
        if (underWay < depth && issued < segment.blocks()) {
            issue(segment);
            again = true;
        }
    }

    private void issue(Segment segment) {
        long left = segment.blocks() - issued;
        Piece piece;
        if (segment.runsBackwards()) {
            int blocks = (int) Math.min(left, PIECE_BLOCKS);
            piece = new Piece(this, segment, left - blocks, blocks);
        } else {
            piece = forward(segment, left);
        }
        issued += piece.blocks();
        underWay++;
        pieces.add(piece);
        piece.start(copier);
    }

    private Piece forward(Segment segment, long left) {
        long at = segment.destinationLba() + issued;
        if (segment.maySharePieces() && issued >= copiedUntil) {
            int edge = (int) (at % SHARE_GRANULARITY);
            if (edge == 0 && left >= SHARE_GRANULARITY) {
                int most = (int) Math.min(left - left % SHARE_GRANULARITY, SHARE_BLOCKS);
                return Piece.shared(this, segment, issued, most);
            }
            if (edge != 0) {
                return new Piece(this, segment, issued, (int) Math.min(left, SHARE_GRANULARITY - edge));
            }
        }
        // Cut at multiples of the piece of the destination: each is one record of the log.
        return new Piece(this, segment, issued, (int) Math.min(left, PIECE_BLOCKS - at % PIECE_BLOCKS));
    }

    /** A piece was shared in part only, from its beginning on: the rest is still to be done. */
    void sharedOnly(Piece piece, int blocks) {
        issued -= piece.blocks() - blocks;
        if (blocks == 0) {
            copiedUntil = issued + SHARE_BLOCKS;
        }
    }

    /** Counts what has landed without gaps. */
    private void collect(Segment segment) {
        while (!pieces.isEmpty() && pieces.getFirst().isWritten()) {
            int blocks = pieces.removeFirst().blocks();
            landed += blocks;
            boolean inOrder = !segment.runsBackwards();
            if (inOrder || landed == segment.blocks()) {
                counted += inOrder ? blocks : segment.blocks();
                transferred = counted;
            }
        }
    }

    private void finishWhenIdle() {
        if (underWay > 0) {
            return;
        }
        if (current < plan.segments().size()) {
            locate(plan.segments().get(current));
        }
        finished = true;
        pieces.clear();
        ended.run();
    }

    /** Counts what the stopped segment has written, and says so where it failed. */
    private void locate(Segment segment) {
        collect(segment);
        if (failure != null) {
            boolean atSource = failure.sense().isForwardedBySource();
            long written = segment.runsBackwards() ? 0 : landed;
            failure =
                    failure.at(current, atSource ? segment.source() : segment.destination(), written, segment.blocks());
        }
    }
}
