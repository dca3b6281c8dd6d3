package dev.sandstone.engine.store;

import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what a copy has lost over what it has, and reads it again. On the loop, but for what ends in {@code Now}. */
final class MirrorRepairs {
    private static final Logger LOG = LoggerFactory.getLogger(MirrorRepairs.class);
    private static final long LOGGED = 10;

    private final MirrorStore mirror;
    private Runnable damaged = () -> {};
    private long count;

    MirrorRepairs(MirrorStore mirror) {
        this.mirror = mirror;
    }

    void onDamage(Runnable task) {
        damaged = task;
    }

    long count() {
        return count;
    }

    void begin(MirrorTable.Copies copies, MirrorDisk disk, int offset, ByteBuffer right) {
        ByteBuffer bytes = copy(right);
        note(copies.id(), offset, disk);
        copies.hold();
        disk.store().rewrite(copies.id(), offset, bytes, failure -> {
            if (failure == null) {
                confirm(copies, disk, offset, bytes);
            } else {
                mirror.goOnWithout(disk.bit(), failure);
                copies.release();
            }
        });
    }

    private void confirm(MirrorTable.Copies copies, MirrorDisk disk, int offset, ByteBuffer wanted) {
        ByteBuffer read = SuperblockCopies.aligned(wanted.remaining());
        disk.store().reread(copies.id(), offset, read, failure -> {
            if (failure != null) {
                mirror.goOnWithout(disk.bit(), failure);
            } else if (!read.equals(wanted)) {
                // Once may be an accident on the way; whoever reads it next repairs it again.
                LOG.error("{} does not keep what is written to it", disk.name());
            }
            copies.release();
        });
    }

    /** Before anything else uses the mirror. */
    void now(MirrorTable.Copies copies, MirrorDisk disk, int offset, ByteBuffer right) throws StoreException {
        note(copies.id(), offset, disk);
        disk.store().rewriteNow(copies.id(), offset, copy(right));
    }

    private static ByteBuffer copy(ByteBuffer right) {
        ByteBuffer bytes = SuperblockCopies.aligned(right.remaining());
        return bytes.put(0, right, right.position(), right.remaining());
    }

    /** Logged less and less often: a disk that rots must not fill the log. */
    private void note(long segment, int offset, MirrorDisk disk) {
        count++;
        if (count <= LOGGED || Long.bitCount(count) == 1) {
            LOG.warn(
                    "{} has lost bytes of segment {} at {}: repaired from another copy ({} since the start)",
                    disk.name(),
                    segment,
                    offset,
                    count);
        }
        damaged.run();
    }
}
