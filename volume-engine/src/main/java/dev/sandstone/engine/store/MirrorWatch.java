package dev.sandstone.engine.store;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the files of a mirror's disks are still what was opened, which no read and no write may tell for long: a file that
 * was cut short, and one that would not be found again because it was deleted, moved or replaced.
 *
 * <p>On the loop, but for what ends in {@code Now}.
 */
public final class MirrorWatch {
    private static final Logger LOG = LoggerFactory.getLogger(MirrorWatch.class);
    private static final String NAMELESS =
            "its file was deleted, moved or replaced: what is at its path now, if anything, is not this disk";

    private final MirrorStore mirror;

    MirrorWatch(MirrorStore mirror) {
        this.mirror = mirror;
    }

    private record Seen(MirrorDisk disk, FileIo.Standing standing) {}

    /** A look at the disks that are used. */
    public static final class Look {
        private final List<MirrorDisk> disks;
        private final List<Seen> seen = new ArrayList<>();

        private Look(List<MirrorDisk> disks) {
            this.disks = disks;
        }

        /** Asks the system. Blocks, as long as a file server likes; not on the loop. */
        public void askNow() {
            for (MirrorDisk disk : disks) {
                seen.add(new Seen(disk, disk.store().io().standingNow()));
            }
        }
    }

    /** Begins a look; {@link Look#askNow} and {@link #follow} are next. */
    public Look look() {
        return new Look(
                mirror.members().all().stream().filter(MirrorDisk::isWritten).toList());
    }

    /**
     * Does what follows from it. A disk whose file cannot be found again is used no more, as one that failed a write, while
     * there is another one. A file that was cut short gets its size back; all that it had is to be looked at before it counts.
     *
     * @return whether a file was cut short
     */
    public boolean follow(Look look) {
        // Of a disk that was closed meanwhile, nothing is known.
        List<Seen> current = look.seen.stream().filter(this::isCurrent).toList();
        leaveNameless(current);
        boolean any = false;
        for (Seen one : current) {
            if (one.disk.isWritten() && one.disk.store().mayBeShort(one.standing)) {
                any |= restore(one.disk);
            }
        }
        return any;
    }

    private boolean isCurrent(Seen one) {
        return one.disk.isWritten() && one.disk.equals(mirror.members().diskIfAny(one.disk.number()));
    }

    private void leaveNameless(List<Seen> seen) {
        int nameless = 0;
        for (Seen one : seen) {
            nameless |= one.standing.named() ? 0 : one.disk.bit();
        }
        boolean others = (mirror.members().written() & ~nameless) != 0;
        if (others && nameless != 0) {
            mirror.goOnWithout(nameless, new StoreException(StoreException.Kind.ABSENT, NAMELESS));
            mirror.settle();
        }
        for (Seen one : seen) {
            boolean named = one.standing.named();
            if (one.disk.isWritten() && named == one.disk.isNameless()) {
                one.disk.nameless(named ? null : NAMELESS);
                LOG.error("{}: {}", one.disk.name(), named ? "its file is where it was again" : NAMELESS);
            }
        }
    }

    private boolean restore(MirrorDisk disk) {
        try {
            if (!disk.store().restoreSizeNow()) {
                return false;
            }
            LOG.error("{} was cut short: its size is restored, what it lost comes from the others", disk.name());
            if (mirror.members().all().size() > 1) {
                mirror.table().doubt(disk.bit());
            }
            // What is still appended to is not looked at before it is complete.
            mirror.table().impair(disk.bit(), 0, 0);
            mirror.promiseNoMore();
        } catch (StoreException e) {
            LOG.error("{} was cut short and does not get its size back", disk.name(), e);
            mirror.goOnWithout(disk.bit(), e);
        }
        mirror.settle();
        return true;
    }
}
