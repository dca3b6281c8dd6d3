package dev.sandstone.engine.cleaner;

import dev.sandstone.engine.log.SegmentAudit;
import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.store.MirrorAdmin;
import dev.sandstone.engine.store.MirrorStore;
import dev.sandstone.engine.store.SegmentHeader;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scrub of one segment: each copy's header, then piece by piece everything else.
 *
 * <p>What is found wrong is repaired on the loop, and only when the segment is still there: its place may have been given
 * to another one while it was read.
 */
final class SegmentScrub {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentScrub.class);
    private static final int BLOCK = SegmentStore.BLOCK_BYTES;

    private final Means parts;
    private final MirrorAdmin admin;
    private final SegmentHeader header;
    private final Ended ended;
    private final List<Fix> headers = new ArrayList<>();
    private @Nullable SegmentAudit audit;
    private int piece;
    private boolean cancelled;
    private long repaired;
    private long damaged;

    /** Told on the loop. */
    @FunctionalInterface
    interface Ended {
        void ended(long segment, long repaired, long damaged);
    }

    /**
     * What it works with.
     *
     * @param executor reads the disks
     * @param urgency of reading and repairing it
     */
    record Means(ShardLoop loop, MirrorStore store, Executor executor, Pace pace, Pace.Urgency urgency) {}

    SegmentScrub(Means parts, SegmentHeader header, Ended ended) {
        this.parts = parts;
        this.header = header;
        this.ended = ended;
        admin = parts.store().admin();
    }

    /** Bytes that a copy has not, and should have. */
    private record Fix(int copy, int offset, ByteBuffer right) {}

    /** What a step found. */
    private static final class Found {
        private final List<Fix> fixes = new ArrayList<>();
        private final List<Fix> headers = new ArrayList<>();
        private long damaged;
    }

    private interface Work {
        void run(Found found) throws StoreException;
    }

    void start() {
        List<Fix> wanted = new ArrayList<>();
        for (int left = parts.store().copies(header.id()); left != 0; left &= left - 1) {
            int copy = Integer.numberOfTrailingZeros(left);
            SegmentHeader its = admin.header(header.id(), copy);
            if (its != null) {
                ByteBuffer right = block();
                its.encode(right);
                wanted.add(new Fix(copy, 0, right));
            }
        }
        parts.pace().begin();
        work(found -> {
            for (Fix one : wanted) {
                checkHeader(one, found);
            }
            audit = SegmentAudit.of(parts.store(), header);
            if (audit == null) {
                LOG.warn("Segment {} has no sound footer in any copy", header.id());
                found.damaged++;
            }
        });
    }

    /** Whether every piece of every copy was looked at, and all that some copy has is in all, or on its way. */
    boolean sawAll() {
        SegmentAudit of = audit;
        return !cancelled && of != null && piece == of.pieces() && headers.isEmpty();
    }

    long segment() {
        return header.id();
    }

    /** Ends after the step under way. */
    void cancel() {
        cancelled = true;
    }

    private static ByteBuffer block() {
        return ByteBuffer.allocateDirect(2 * BLOCK).alignedSlice(BLOCK).limit(BLOCK);
    }

    private void checkHeader(Fix wanted, Found found) {
        ByteBuffer there = block();
        try {
            parts.store().rereadCopyNow(header.id(), wanted.copy(), 0, there);
            if (there.equals(wanted.right())) {
                return;
            }
        } catch (StoreException unreadable) {
            // It is written anew.
        }
        found.headers.add(wanted);
    }

    private void next() {
        SegmentAudit of = audit;
        if (of != null && piece == of.pieces() && !headers.isEmpty()) {
            // Last of all: a copy without a header does not count after a crash, and one with a header must be whole.
            admin.afterRepairs(header.id(), this::repairHeaders);
            return;
        }
        if (of == null || cancelled || piece == of.pieces()) {
            ended.ended(header.id(), repaired, damaged);
            return;
        }
        int number = piece++;
        parts.pace().begin();
        work(found -> check(of, number, found));
    }

    private void repairHeaders() {
        List<Fix> last = List.copyOf(headers);
        headers.clear();
        if (!cancelled && admin.isThere(header.id())) {
            last.forEach(this::repair);
        }
        next();
    }

    private void repair(Fix fix) {
        repaired += fix.right().remaining() / BLOCK;
        parts.store().repair(header.id(), fix.copy(), fix.offset(), fix.right());
    }

    private void check(SegmentAudit of, int number, Found found) throws StoreException {
        ByteBuffer right = of.right(number);
        if (!of.lost().isEmpty()) {
            LOG.warn(
                    "Segment {} has lost blocks {} behind {} in all copies", header.id(), of.lost(), of.offset(number));
            found.damaged += of.lost().cardinality();
        }
        ByteBuffer there = ByteBuffer.allocateDirect(right.limit() + BLOCK)
                .alignedSlice(BLOCK)
                .limit(right.limit());
        for (int left = parts.store().copies(header.id()); left != 0; left &= left - 1) {
            int copy = Integer.numberOfTrailingZeros(left);
            read(copy, of.offset(number), there.clear().limit(right.limit()));
            BitSet differing = of.differing(there, right);
            for (int from = differing.nextSetBit(0); from >= 0; ) {
                int to = differing.nextClearBit(from);
                ByteBuffer bytes = ByteBuffer.allocateDirect((to - from) * BLOCK);
                bytes.put(0, right, from * BLOCK, bytes.capacity());
                found.fixes.add(new Fix(copy, of.offset(number) + from * BLOCK, bytes));
                from = differing.nextSetBit(to);
            }
        }
    }

    /** What cannot be read is not what it must be. */
    private void read(int copy, int offset, ByteBuffer there) {
        int size = there.limit();
        try {
            parts.store().rereadCopyNow(header.id(), copy, offset, there);
            return;
        } catch (StoreException unreadable) {
            LOG.debug("A piece of segment {} cannot be read at once", header.id(), unreadable);
        }
        for (int at = 0; at < size; at += BLOCK) {
            try {
                parts.store()
                        .rereadCopyNow(
                                header.id(),
                                copy,
                                offset + at,
                                there.limit(at + BLOCK).position(at));
            } catch (StoreException unreadable) {
                for (int i = at; i < at + BLOCK; i++) {
                    there.put(i, (byte) 0xA5);
                }
            }
        }
        there.clear().limit(size);
    }

    private void work(Work task) {
        try {
            parts.executor().execute(() -> {
                Found found = new Found();
                try {
                    task.run(found);
                } catch (StoreException | RuntimeException e) {
                    LOG.warn("Segment {} cannot be scrubbed", header.id(), e);
                    found.damaged++;
                    audit = null;
                }
                parts.loop().execute(() -> found(found));
            });
        } catch (RejectedExecutionException closing) {
            ended.ended(header.id(), repaired, damaged);
        }
    }

    private void found(Found found) {
        if (!admin.isThere(header.id())) {
            ended.ended(header.id(), repaired, damaged);
            return;
        }
        damaged += found.damaged;
        headers.addAll(found.headers);
        found.fixes.forEach(this::repair);
        parts.pace().rest(parts.urgency(), this::next);
    }
}
