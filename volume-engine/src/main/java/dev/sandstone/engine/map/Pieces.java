package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;

/**
 * A generation as ascending, disjoint pieces, each of one version: what a fold writes.
 *
 * <p>Blocks of one birth that lie one after the other become one piece. Where a block and a range meet, the newer one
 * counts.
 */
final class Pieces {
    private static final long NO_BLOCK = Long.MAX_VALUE;

    private final Generation generation;
    private final Versions versions;
    private final Spans spans;
    private final long[] blocks;
    private final Run piece = new Run();
    private boolean conditional;
    private int atBlock;
    private int atSpan;
    /** Everything before this block was handed over. */
    private long done;

    Pieces(Generation generation) {
        this.generation = generation;
        versions = generation.versions();
        spans = generation.spans();
        blocks = versions.sortedBlocks();
    }

    /** Goes to the next piece; false when there is none. */
    boolean next() {
        while (true) {
            long block = atBlock < blocks.length ? blocks[atBlock] : NO_BLOCK;
            long span = atSpan < spans.size() ? Math.max(done, spans.start(atSpan)) : NO_BLOCK;
            if (block == NO_BLOCK && span == NO_BLOCK) {
                return false;
            }
            if (block < span) {
                takeBlocks(span);
                return true;
            }
            if (takeInSpan(span)) {
                return true;
            }
        }
    }

    /** The piece; its pointer says whether it is blank. */
    Run piece() {
        return piece;
    }

    /** Whether it is a relocation of what lies in the head table, to be made only where the birth there is the same. */
    boolean conditional() {
        return conditional;
    }

    /** Hands over part of the range, or newer blocks in it; false when the range ended with neither. */
    private boolean takeInSpan(long from) {
        long end = spans.end(atSpan);
        while (atBlock < blocks.length
                && blocks[atBlock] < end
                && generation.covers(atSpan, versions.find(blocks[atBlock]))) {
            atBlock++;
        }
        long live = atBlock < blocks.length ? Math.min(end, blocks[atBlock]) : end;
        if (from < live) {
            takeSpan(from, live);
            return true;
        }
        if (live < end) {
            takeBlocks(end);
            pass(done);
            return true;
        }
        pass(end);
        return false;
    }

    private void takeSpan(long from, long to) {
        boolean data = spans.hasData(atSpan);
        long end = data ? Math.min(to, from + RunCodec.MAX_DATA_BLOCKS) : to;
        piece.set(from, end - 1, spans.pointer(atSpan, from), spans.birth(atSpan));
        for (long block = from; data && block < end; block++) {
            piece.checksum((int) (block - from), spans.checksum(atSpan, block));
        }
        conditional = false;
        pass(end);
    }

    private void pass(long block) {
        done = block;
        if (block >= spans.end(atSpan)) {
            atSpan++;
        }
    }

    /** Hands over the live blocks from here on that make one piece, none at or beyond the limit. */
    private void takeBlocks(long limit) {
        long first = blocks[atBlock];
        int slot = versions.find(first);
        long pointer = versions.pointer(slot);
        long markedBirth = versions.birth(slot);
        conditional = markedBirth < 0;
        piece.set(first, first, pointer, markedBirth & ~Generation.CONDITIONAL);
        piece.checksum(0, versions.checksum(slot));
        int count = 1;
        atBlock++;
        while (count < RunCodec.MAX_DATA_BLOCKS && atBlock < blocks.length) {
            long block = blocks[atBlock];
            if (block != first + count || block >= limit) {
                break;
            }
            int next = versions.find(block);
            if (versions.birth(next) != markedBirth || versions.pointer(next) != Pointer.plus(pointer, count)) {
                break;
            }
            piece.checksum(count, versions.checksum(next));
            count++;
            atBlock++;
        }
        piece.last = first + count - 1;
        done = piece.last + 1;
    }
}
