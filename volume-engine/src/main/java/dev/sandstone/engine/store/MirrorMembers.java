package dev.sandstone.engine.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The disks of a mirror and the superblock that they share.
 *
 * <p>Each change of who takes part is a new generation, written to all that are written to, one after the other; the
 * witness hears of it last. Nothing that lacks a copy on a disk is acknowledged before the generation is in force that
 * says so. So a disk that is in use has the newest generation, or the one before when its writing was interrupted.
 *
 * <p>Confined to the loop, but for {@link #disk}.
 */
final class MirrorMembers {
    private static final Logger LOG = LoggerFactory.getLogger(MirrorMembers.class);

    private final Witness witness;
    private volatile @Nullable MirrorDisk[] disks;
    private Superblock superblock;

    /** @param superblock the newest generation */
    MirrorMembers(List<MirrorDisk> members, Superblock superblock, Witness witness) {
        disks = members.toArray(new MirrorDisk[0]);
        this.superblock = superblock;
        this.witness = witness;
    }

    /** The superblock in force, as one of the disks has it. */
    Superblock superblock() {
        return superblock;
    }

    /** The disk of that number. Any thread. */
    MirrorDisk disk(int number) {
        MirrorDisk disk = disks[number];
        if (disk == null) {
            throw new IllegalStateException("there is no disk of number " + number + " any more");
        }
        return disk;
    }

    /** {@link #disk}; null when it has left. Any thread. */
    @Nullable
    MirrorDisk diskIfAny(int number) {
        return disks[number];
    }

    /** In the order of their coming. */
    List<MirrorDisk> all() {
        List<MirrorDisk> all = new ArrayList<>();
        for (MirrorDisk disk : disks) {
            if (disk != null) {
                all.add(disk);
            }
        }
        return all;
    }

    /** Those that are read from. */
    List<MirrorDisk> read() {
        return all().stream().filter(MirrorDisk::isRead).toList();
    }

    /** A place of a disk whose segment header is damaged. */
    record Damaged(MirrorDisk disk, int index) {}

    /** The place of that number, counted over all disks that are read. */
    Damaged damaged(int index) {
        int at = index;
        for (MirrorDisk disk : read()) {
            if (at < disk.store().damagedSlots()) {
                return new Damaged(disk, at);
            }
            at -= disk.store().damagedSlots();
        }
        throw new IndexOutOfBoundsException(index);
    }

    @Nullable
    MirrorDisk find(UUID id) {
        for (MirrorDisk disk : disks) {
            if (disk != null && disk.id().equals(id)) {
                return disk;
            }
        }
        return null;
    }

    /** A bit for each disk that everything is written to. */
    int written() {
        int bits = 0;
        for (MirrorDisk disk : disks) {
            bits |= disk != null && disk.isWritten() ? disk.bit() : 0;
        }
        return bits;
    }

    /** A bit for each disk that takes new segments. */
    int active() {
        int bits = 0;
        for (MirrorDisk disk : disks) {
            bits |= disk != null && disk.state() == MirrorDisk.State.ACTIVE ? disk.bit() : 0;
        }
        return bits;
    }

    /** A bit for each disk in use that would not be found again. */
    int nameless() {
        int bits = 0;
        for (MirrorDisk disk : disks) {
            bits |= disk != null && disk.isNameless() ? disk.bit() : 0;
        }
        return bits;
    }

    /** On so many disks a new segment is put. */
    int target() {
        return Math.min(superblock.copies().wanted(), Integer.bitCount(active()));
    }

    int guaranteed() {
        return superblock.copies().guaranteed();
    }

    /** The only disk of the pool; null when it has several, whatever became of them. */
    @Nullable
    DiskStore only() {
        List<MirrorDisk> all = all();
        return all.size() == 1 && all.get(0).isWritten() ? all.get(0).store() : null;
    }

    /** The number that the next disk has; -1 when there are too many. */
    int nextNumber() {
        @Nullable MirrorDisk[] all = disks;
        for (int i = 0; i < all.length; i++) {
            if (all[i] == null) {
                return i;
            }
        }
        return all.length < Superblock.MOST_DISKS ? all.length : -1;
    }

    void add(MirrorDisk disk) {
        @Nullable MirrorDisk[] next = Arrays.copyOf(disks, Math.max(disks.length, disk.number() + 1));
        next[disk.number()] = disk;
        disks = next;
    }

    void remove(MirrorDisk disk) {
        @Nullable MirrorDisk[] next = disks.clone();
        next[disk.number()] = null;
        disks = next;
    }

    /**
     * Makes the next generation be in force on all disks that are written to, and tells the witness. Blocks.
     *
     * @param next shards and keys of it
     * @param guaranteed copies that every segment has
     * @return a bit for each disk that failed; they were not told
     * @throws StoreException when all failed, or the witness
     */
    int write(Superblock next, int guaranteed) throws StoreException {
        Superblock wanted = next.members(
                all().stream().map(MirrorDisk::entry).toList(),
                new Superblock.Copies(next.copies().wanted(), guaranteed));
        int failed = 0;
        int done = 0;
        StoreException why = null;
        for (MirrorDisk disk : all()) {
            if (!disk.isWritten()) {
                continue;
            }
            try {
                disk.store()
                        .replaceSuperblockNow(
                                wanted.of(disk.id(), disk.store().superblock().slots()));
                done++;
            } catch (StoreException e) {
                LOG.error("The superblock of {} cannot be written", disk.name(), e);
                failed |= disk.bit();
                why = e;
            }
        }
        if (done == 0) {
            throw why != null ? why : new StoreException(StoreException.Kind.IO, "no disk of the pool is left");
        }
        superblock = wanted;
        if (failed == 0 && (all().size() > 1 || witness.generation() > 0)) {
            witness.saw(wanted.generation(), places());
        }
        return failed;
    }

    /**
     * Gives the newest generation to the disks in use that lack it, for the next one is written only when all have it.
     * Blocks; before anything else is written.
     *
     * @return a bit for each disk that failed
     */
    int complete() {
        int failed = 0;
        for (MirrorDisk disk : all()) {
            Superblock its = disk.isWritten() ? disk.store().superblock() : superblock;
            if (its.generation() == superblock.generation()) {
                continue;
            }
            try {
                disk.store().replaceSuperblockNow(superblock.of(disk.id(), its.slots()));
            } catch (StoreException e) {
                LOG.error("The superblock of {} cannot be written", disk.name(), e);
                failed |= disk.bit();
            }
        }
        return failed;
    }

    private List<Witness.Place> places() {
        List<Witness.Place> places = new ArrayList<>();
        for (MirrorDisk disk : all()) {
            if (disk.path() != null) {
                places.add(new Witness.Place(disk.id(), disk.path()));
            }
        }
        return places;
    }
}
