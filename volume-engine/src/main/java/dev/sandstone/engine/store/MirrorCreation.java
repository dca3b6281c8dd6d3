package dev.sandstone.engine.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A segment being made, on disk after disk until there are enough or no more. On the loop. */
final class MirrorCreation {
    private static final Logger LOG = LoggerFactory.getLogger(MirrorCreation.class);

    private final MirrorStore mirror;
    private final MirrorSpace space;
    private final SegmentHeader header;
    private final StoreDone done;
    private int tried;
    private int made;
    private int broken;
    private StoreException why = new StoreException(StoreException.Kind.NO_SPACE, "no free segment");

    MirrorCreation(MirrorStore mirror, MirrorSpace space, SegmentHeader header, StoreDone done) {
        this.mirror = mirror;
        this.space = space;
        this.header = header;
        this.done = done;
    }

    /** Puts it on as many disks as are lacking; false when no disk is left, and then nothing is under way. */
    boolean place() {
        int chosen = 0;
        int lacking = Math.max(1, mirror.members().target()) - Integer.bitCount(made);
        for (int number = 0; lacking > 0 && number >= 0; lacking--) {
            number = space.roomiest(tried | chosen);
            chosen |= number < 0 ? 0 : 1 << number;
        }
        tried |= chosen;
        if (chosen == 0) {
            return false;
        }
        FanOut all = new FanOut(this::ended);
        all.begin(chosen, done);
        int replica = Integer.bitCount(made);
        for (int left = chosen; left != 0; left &= left - 1) {
            int number = Integer.numberOfTrailingZeros(left);
            mirror.members().disk(number).store().create(header.withReplica(replica++), all.leg(number));
        }
        space.recount();
        return true;
    }

    private void ended(FanOut all) {
        made |= all.succeeded();
        if (all.failed() != 0) {
            why = all.why();
        }
        for (int left = all.failed(); left != 0; left &= left - 1) {
            int number = Integer.numberOfTrailingZeros(left);
            if (mirror.members().disk(number).store().failure() == null) {
                space.full(number);
            } else {
                broken |= 1 << number;
            }
        }
        if (all.failed() == 0 || !place()) {
            end();
        }
    }

    /** When there is one copy there is a segment; that it has too few is put on record before it is used. */
    void end() {
        if (made == 0) {
            mirror.created(null, why, done);
            return;
        }
        if (Integer.bitCount(made) < mirror.members().target()) {
            LOG.error("Segment {} is on {} disks only: {}", header.id(), Integer.bitCount(made), why.getMessage());
        }
        MirrorTable.Copies copies = new MirrorTable.Copies(header, made, true);
        mirror.table().put(copies);
        mirror.created(copies, mirror.goOnWithout(broken, why), done);
    }
}
