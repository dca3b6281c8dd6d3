package dev.sandstone.engine.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which segments a mirror has, and on which disks.
 *
 * <p>Looked up on every read, hence open-addressed. Confined to the loop, but for {@link #anywhere}.
 */
final class MirrorTable {
    private long[] ids = new long[64];
    private @Nullable Copies[] copies = new Copies[64];
    private int size;
    private long losses;
    /** The same once more, for the threads that read beside the loop. */
    private final ConcurrentHashMap<Long, Copies> shared = new ConcurrentHashMap<>();

    /** The copies of a segment. */
    static final class Copies {
        private final SegmentHeader header;
        private volatile int disks;
        private int doubted;
        private final boolean fresh;
        private boolean impaired;
        private int holds;
        private @Nullable Runnable released;

        /**
         * @param header with replica index 0
         * @param fresh whether it was made since the mirror was opened, so that it may still be appended to
         */
        Copies(SegmentHeader header, int disks, boolean fresh) {
            this.header = header;
            this.disks = disks;
            this.fresh = fresh;
        }

        long id() {
            return header.id();
        }

        SegmentHeader header() {
            return header;
        }

        /** A bit for each disk that has one. Any thread. */
        int disks() {
            return disks;
        }

        void disks(int next) {
            disks = next;
            doubted &= next;
        }

        /** A bit for each disk whose copy is to be taken for lost, in part or as a whole, until it was looked at. */
        int doubted() {
            return doubted & disks;
        }

        void doubt(int more) {
            doubted |= more & disks;
        }

        void assure() {
            doubted = 0;
        }

        /** A bit for each disk with a copy that nothing is known to be wrong with. */
        int sure() {
            return disks & ~doubted;
        }

        /** On how many disks it is for sure: on one at least, when it is on any. */
        int count() {
            return disks == 0 ? 0 : Math.max(1, Integer.bitCount(sure()));
        }

        /** The log had better go on elsewhere. */
        boolean isImpaired() {
            return impaired;
        }

        void impair() {
            impaired |= fresh;
        }

        /** Something is under way on it: it is not deleted before {@link #release}. */
        void hold() {
            holds++;
        }

        void release() {
            holds--;
            Runnable waiting = released;
            if (holds == 0 && waiting != null) {
                released = null;
                waiting.run();
            }
        }

        boolean isHeld() {
            return holds > 0;
        }

        /** Runs the task once nothing holds it. */
        void whenFree(Runnable task) {
            if (holds == 0) {
                task.run();
            } else {
                released = task;
            }
        }

        /** Whether it is going to be deleted. */
        boolean isWaitedFor() {
            return released != null;
        }
    }

    int size() {
        return size;
    }

    @Nullable
    Copies find(long id) {
        return copies[slot(id)];
    }

    /** {@link #find}, on any thread. */
    @Nullable
    Copies anywhere(long id) {
        return shared.get(id);
    }

    void put(Copies added) {
        if (2 * (size + 1) > ids.length) {
            rehash(Math.multiplyExact(ids.length, 2));
        }
        insert(added);
        shared.put(added.id(), added);
    }

    void remove(long id) {
        int at = slot(id);
        if (copies[at] == null) {
            throw new IllegalArgumentException("no segment " + id);
        }
        shared.remove(id);
        copies[at] = null;
        rehash(ids.length);
    }

    void forEach(Consumer<Copies> visitor) {
        for (Copies each : copies) {
            if (each != null) {
                visitor.accept(each);
            }
        }
    }

    /** Open segments with a copy on these disks, or with fewer copies on those than so many, are to be left. */
    void impair(int left, int counting, int target) {
        forEach(each -> {
            if ((each.disks & left) != 0 || Integer.bitCount(each.disks & counting) < target) {
                each.impair();
            }
        });
    }

    /** These disks may have lost anything that they had. */
    void doubt(int of) {
        losses++;
        forEach(each -> each.doubt(of));
    }

    /** How often disks were found to have lost something. */
    long losses() {
        return losses;
    }

    /** All, in any order. */
    List<Copies> any() {
        List<Copies> all = new ArrayList<>(size);
        forEach(all::add);
        return all;
    }

    /** All, in order of their ids. */
    List<Copies> all() {
        List<Copies> all = any();
        all.sort(Comparator.comparingLong(Copies::id));
        return all;
    }

    private int slot(long id) {
        int mask = ids.length - 1;
        long mixed = id * 0x9E3779B97F4A7C15L;
        int at = (int) (mixed >>> 32) & mask;
        while (ids[at] != 0 && ids[at] != id) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private void insert(Copies added) {
        int at = slot(added.id());
        size += copies[at] == null ? 1 : 0;
        ids[at] = added.id();
        copies[at] = added;
    }

    private void rehash(int length) {
        @Nullable Copies[] old = copies;
        ids = new long[length];
        copies = new Copies[length];
        size = 0;
        for (Copies each : old) {
            if (each != null) {
                insert(each);
            }
        }
    }
}
