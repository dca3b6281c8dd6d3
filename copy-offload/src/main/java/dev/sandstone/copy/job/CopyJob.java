package dev.sandstone.copy.job;

import java.util.List;
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
 *
 * <p>Pieces that are shared take no time but for the log to be written: several are under way, each begun when the one
 * before has its place in the log, those of the next segments too. So the order is that of the segments, what one makes the
 * next one shows, and what a failure leaves is a beginning of the job. Pieces that are read and written begin when no shared
 * one is under way.
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
    private final Window window = new Window();

    /** The segment whose pieces are begun; those before it all have their place or are written. */
    private int issuing;
    /** Blocks of it that are in pieces. */
    private long issued;
    /** Up to here it is copied, because the engine could not share it. */
    private long copiedUntil;

    /** The first segment that is not wholly written. */
    private int current;
    /** Blocks of it that are written without gaps. */
    private long landed;

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

    /** A shared piece has its place, and will be so many blocks long; of no meaning once it has ended. */
    void placed(Piece piece, int blocks) {
        if (!piece.isEnded()) {
            cut(piece, blocks);
            window.placed(piece);
            advance();
        }
    }

    /** A piece was shared in part only, from its beginning on, which no other was begun behind: the rest is still to be done. */
    void cut(Piece piece, int blocks) {
        issued -= piece.blocks() - blocks;
        piece.cut(blocks);
        if (blocks == 0) {
            copiedUntil = issued + SHARE_BLOCKS;
        }
    }

    /** A piece has ended, at its destination or not. */
    void ended(Piece piece, @Nullable CopyFailure reason) {
        piece.ended(aborted ? null : reason);
        window.ended(piece);
        if (piece.isSharing()) {
            copier.sharedPieceEnded();
        }
        if (failure == null) {
            failure = piece.failure();
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
        collect();
        if (isStopping()) {
            finishWhenIdle();
        } else if (issuing == plan.segments().size()) {
            finishWhenAllIsWritten();
        } else {
            proceed(plan.segments().get(issuing));
        }
    }

    private void proceed(Segment segment) {
        if (issued == segment.blocks()) {
            if (window.isPlaced()) {
                issuing++;
                issued = 0;
                copiedUntil = 0;
                again = true;
            }
        } else if (mayIssue(segment)) {
            issue(segment);
            again = true;
        }
    }

    private boolean mayIssue(Segment segment) {
        if (isShareNext(segment)) {
            return window.isPlaced() && copier.mayShare(window.underWay());
        }
        boolean oneByOne = segment.overlapsItself() || segment.maySharePieces();
        int depth = oneByOne && copiedUntil <= issued ? 1 : DEPTH;
        return window.hasNonePlaced() && window.underWay() < depth;
    }

    /** Whether what comes next may be shared: whole blocks of the map that the engine was not asked for in vain. */
    private boolean isShareNext(Segment segment) {
        return segment.maySharePieces()
                && issued >= copiedUntil
                && (segment.destinationLba() + issued) % SHARE_GRANULARITY == 0
                && segment.blocks() - issued >= SHARE_GRANULARITY;
    }

    private void issue(Segment segment) {
        Piece piece = next(segment, segment.blocks() - issued);
        issued += piece.blocks();
        window.add(piece);
        if (piece.isSharing()) {
            copier.sharedPieceBegins();
        }
        piece.start(copier);
    }

    private Piece next(Segment segment, long left) {
        if (segment.runsBackwards()) {
            int blocks = (int) Math.min(left, PIECE_BLOCKS);
            return new Piece(this, segment, left - blocks, blocks);
        }
        if (isShareNext(segment)) {
            return Piece.shared(this, segment, issued, (int) Math.min(left - left % SHARE_GRANULARITY, SHARE_BLOCKS));
        }
        long at = segment.destinationLba() + issued;
        int edge = (int) (at % SHARE_GRANULARITY);
        if (segment.maySharePieces() && issued >= copiedUntil && edge != 0) {
            return new Piece(this, segment, issued, (int) Math.min(left, SHARE_GRANULARITY - edge));
        }
        // Cut at multiples of the piece of the destination: each is one record of the log.
        return new Piece(this, segment, issued, (int) Math.min(left, PIECE_BLOCKS - at % PIECE_BLOCKS));
    }

    /** Counts what has landed without gaps. */
    private void collect() {
        List<Segment> segments = plan.segments();
        for (Piece piece = window.takeWritten(); piece != null; piece = window.takeWritten()) {
            closeWritten();
            Segment segment = segments.get(current);
            landed += piece.blocks();
            boolean inOrder = !segment.runsBackwards();
            if (inOrder || landed == segment.blocks()) {
                counted += inOrder ? piece.blocks() : segment.blocks();
                transferred = counted;
            }
        }
        closeWritten();
        begun = Math.min(current + 1, segments.size());
    }

    /** Goes on to the segment that the oldest piece belongs to. */
    private void closeWritten() {
        while (current < issuing && landed == plan.segments().get(current).blocks()) {
            current++;
            landed = 0;
        }
    }

    private void finishWhenAllIsWritten() {
        if (current == issuing && plan.broken() != null) {
            begun = current + 1;
            failure = CopyFailure.broken(plan.broken());
        }
        finishWhenIdle();
    }

    private void finishWhenIdle() {
        if (window.underWay() > 0) {
            return;
        }
        if (current < plan.segments().size()) {
            locate(plan.segments().get(current));
        }
        finished = true;
        window.clear();
        ended.run();
    }

    /** Says where the copy failed, and how much of that segment is written. */
    private void locate(Segment segment) {
        CopyFailure first = window.firstFailure();
        if (first != null) {
            boolean atSource = first.sense().isForwardedBySource();
            long written = segment.runsBackwards() ? 0 : landed;
            failure = first.at(current, atSource ? segment.source() : segment.destination(), written, segment.blocks());
        }
    }
}
