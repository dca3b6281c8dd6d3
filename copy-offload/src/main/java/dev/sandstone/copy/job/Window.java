package dev.sandstone.copy.job;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of a job that have begun, up to those that have reached their destination with all before them; oldest first.
 *
 * <pre>
 *   under way --has its place (shared ones only)--> placed --written, or failed--> ended
 * </pre>
 */
final class Window {
    private final Deque<Piece> pieces = new ArrayDeque<>();
    private int underWay;
    private int placed;

    /** The piece begins. */
    void add(Piece piece) {
        pieces.add(piece);
        underWay++;
    }

    /** It has its place among the changes of the pool: what begins now comes after it. */
    void placed(Piece piece) {
        piece.place();
        placed++;
    }

    /** It has ended, at its destination or not. */
    void ended(Piece piece) {
        underWay--;
        if (piece.isPlaced()) {
            placed--;
        }
    }

    int underWay() {
        return underWay;
    }

    /** Whether all that are under way have their place, so that another may be shared behind them. */
    boolean isPlaced() {
        return underWay == placed;
    }

    /** Whether none is under way that has its place. */
    boolean hasNonePlaced() {
        return placed == 0;
    }

    /** Takes the oldest if it is written; null when it is not. */
    @Nullable
    Piece takeWritten() {
        Piece oldest = pieces.peek();
        return oldest != null && oldest.isWritten() ? pieces.poll() : null;
    }

    /** What went wrong first in the order of the job, whatever was told first. */
    @Nullable
    CopyFailure firstFailure() {
        for (Piece piece : pieces) {
            CopyFailure failure = piece.failure();
            if (failure != null) {
                return failure;
            }
        }
        return null;
    }

    void clear() {
        pieces.clear();
    }
}
