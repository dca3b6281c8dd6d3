package dev.sandstone.copy.token;

import dev.sandstone.copy.job.CopyEnd;
import dev.sandstone.copy.job.Segment;
import dev.sandstone.engine.volume.BlockRange;
import java.util.ArrayList;
import java.util.List;

/** A token while one copy reads what it names. */
public final class OpenRod {
    private final RodTokens tokens;
    private final Rod rod;
    private final CopyEnd source;
    private boolean closed;

    OpenRod(RodTokens tokens, Rod rod, CopyEnd source) {
        this.tokens = tokens;
        this.rod = rod;
        this.source = source;
    }

    /** Blocks that it represents. */
    public long blocks() {
        return rod.blocks();
    }

    /**
     * What must be copied where; less than asked for where the token ends before.
     *
     * @param offset in the representation, in blocks, less than {@link #blocks}
     */
    public List<Segment> segments(long offset, CopyEnd destination, List<BlockRange> into) {
        List<Segment> segments = new ArrayList<>();
        List<BlockRange> from = rod.ranges();
        int at = 0;
        long skipped = offset;
        for (BlockRange range : into) {
            long done = 0;
            while (done < range.blocks() && at < from.size()) {
                BlockRange piece = from.get(at);
                long count = Math.min(range.blocks() - done, piece.blocks() - skipped);
                if (count > 0) {
                    segments.add(new Segment(source, piece.lba() + skipped, destination, range.lba() + done, count));
                    done += count;
                    skipped += count;
                }
                if (skipped >= piece.blocks()) {
                    skipped -= piece.blocks();
                    at++;
                }
            }
        }
        return segments;
    }

    /** The copy has ended. Once counts. */
    public void close(boolean delete) {
        if (!closed) {
            closed = true;
            tokens.close(rod, delete);
        }
    }
}
