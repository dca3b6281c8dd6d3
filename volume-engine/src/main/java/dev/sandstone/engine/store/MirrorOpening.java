package dev.sandstone.engine.store;

import dev.sandstone.engine.loop.ShardLoop;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which of the disks that were found are the pool, and whether they are enough of it.
 *
 * <p>The newest generation says who takes part. A disk takes part when that says so and it has that generation, or the
 * one before, whose successor was not written everywhere when power was lost; nothing was acknowledged in between. What
 * else is found has missed something and is stale. The pool opens while fewer disks are missing than every segment has
 * copies: so nothing is missing but copies. It does not open when the witness has seen a newer generation.
 */
final class MirrorOpening {
    private static final Logger LOG = LoggerFactory.getLogger(MirrorOpening.class);

    private final List<Found> found;
    private final ShardLoop loop;
    private final Witness witness;
    private final List<MirrorDisk> members = new ArrayList<>();
    private final Superblock newest;

    /**
     * What was found at a path.
     *
     * @param path null for a disk without one
     * @param store null when it could not be opened
     * @param trouble why, a sentence
     */
    record Found(
            @Nullable Path path,
            @Nullable DiskStore store,
            @Nullable String trouble) {
        static Found disk(@Nullable Path path, DiskStore store) {
            return new Found(path, store, null);
        }
    }

    private MirrorOpening(List<Found> found, ShardLoop loop, Witness witness) throws StoreException {
        this.found = found;
        this.loop = loop;
        this.witness = witness;
        newest = newest();
    }

    /**
     * Opens. Blocks; changes nothing, but that disks which are missing are noted on the others.
     *
     * @param found at least one of them a disk, all of one pool
     * @throws StoreException FOREIGN, INCOMPLETE, DAMAGED, or the first trouble when there is no disk at all
     */
    static MirrorStore open(List<Found> found, ShardLoop loop, Witness witness) throws StoreException {
        return new MirrorOpening(found, loop, witness).opened();
    }

    private Superblock newest() throws StoreException {
        Superblock best = null;
        String trouble = "there is no Sandstone pool here";
        for (Found each : found) {
            trouble = each.trouble() != null ? each.trouble() : trouble;
            Superblock its = each.store() == null ? null : each.store().superblock();
            if (its == null) {
                continue;
            }
            if (best != null && !its.pool().equals(best.pool())) {
                throw new StoreException(
                        StoreException.Kind.FOREIGN,
                        each.path() + " belongs to pool " + its.pool() + ", other disks to pool " + best.pool()
                                + ": name only the disks of one pool");
            }
            best = best == null || its.generation() > best.generation() ? its : best;
        }
        if (best == null) {
            throw new StoreException(StoreException.Kind.ABSENT, trouble);
        }
        return best;
    }

    private MirrorStore opened() throws StoreException {
        if (newest.generation() < witness.generation()) {
            throw new StoreException(
                    StoreException.Kind.INCOMPLETE,
                    "the pool has gone on without the disks that are here (they know of change " + newest.generation()
                            + ", it is at " + witness.generation() + "): connect the others" + places());
        }
        for (Superblock.Disk entry : newest.disks()) {
            members.add(member(entry));
        }
        refuseTwoPools();
        refuseTooFew();
        MirrorTable table = new MirrorTable();
        for (MirrorDisk disk : members) {
            if (disk.isWritten() && disk.isRead()) {
                merge(disk, table, true);
            }
        }
        for (MirrorDisk disk : members) {
            if (disk.state() == MirrorDisk.State.RETIRED && disk.isRead()) {
                merge(disk, table, false);
            }
        }
        closeStrangers();
        MirrorMembers all = new MirrorMembers(members, newest, witness);
        MirrorStore store = new MirrorStore(loop, all, table);
        int failed = all.complete();
        if (failed != 0 || members.stream().anyMatch(disk -> disk.state() == MirrorDisk.State.MISSING)) {
            store.saveWithout(failed);
        }
        for (MirrorDisk disk : members) {
            if (disk.isWritten()) {
                store.takeRoomNow(disk);
            }
        }
        store.raiseGuaranteed();
        return store;
    }

    /** Disks that once were of the pool. */
    private void closeStrangers() {
        for (Found each : found) {
            DiskStore disk = each.store();
            if (disk != null && find(disk.superblock().disk()) == null) {
                LOG.warn("{} is no disk of the pool any more: it is left as it is", each.path());
                disk.close();
            }
        }
    }

    private String places() {
        StringBuilder text = new StringBuilder();
        for (Witness.Place place : witness.places()) {
            text.append(text.isEmpty() ? "; they were at " : ", ").append(place.path());
        }
        return text.toString();
    }

    private MirrorDisk member(Superblock.Disk entry) throws StoreException {
        Found here = null;
        for (Found each : found) {
            if (each.store() != null && each.store().superblock().disk().equals(entry.uuid())) {
                if (here != null) {
                    throw new StoreException(
                            StoreException.Kind.FOREIGN,
                            here.path() + " and " + each.path() + " are the same disk twice: take the copy away");
                }
                here = each;
            }
        }
        if (here == null) {
            return missing(entry);
        }
        DiskStore store = here.store();
        MirrorDisk disk = new MirrorDisk(members.size(), entry, here.path(), store);
        long generation = store == null ? 0 : store.superblock().generation();
        if (disk.state() == MirrorDisk.State.RETIRED) {
            return disk;
        }
        if (!isCurrent(disk, generation)) {
            disk.state(MirrorDisk.State.FAILED, null);
            disk.stale("it has missed changes of the pool (it knows of " + generation + " of " + newest.generation()
                    + ")");
            LOG.warn("{} is not used: {}", disk.name(), disk.trouble());
        } else if (!disk.isWritten()) {
            disk.state(MirrorDisk.State.ACTIVE, null);
        }
        return disk;
    }

    /** Whether it has all that was acknowledged: see the rule above; one that was missing has when nothing was. */
    private boolean isCurrent(MirrorDisk disk, long generation) {
        return disk.isWritten()
                ? generation >= newest.generation() - 1
                : disk.state() == MirrorDisk.State.MISSING && generation >= disk.lastGeneration();
    }

    private MirrorDisk missing(Superblock.Disk entry) {
        Path path = null;
        for (Witness.Place place : witness.places()) {
            path = place.disk().equals(entry.uuid()) ? place.path() : path;
        }
        MirrorDisk disk = new MirrorDisk(members.size(), entry, path, null);
        String why = "it was not there when the pool was opened";
        for (Found each : found) {
            String trouble = each.trouble();
            why = trouble != null && path != null && path.equals(each.path()) ? trouble : why;
        }
        disk.trouble(why);
        return disk;
    }

    /** Two disks that each say that the other has failed have both gone on. */
    private void refuseTwoPools() throws StoreException {
        for (MirrorDisk disk : members) {
            if (!disk.isStale()) {
                continue;
            }
            for (Superblock.Disk entry : disk.store().superblock().disks()) {
                MirrorDisk other = find(entry.uuid());
                if (entry.state() == MirrorDisk.State.FAILED.code() && other != null && other.isWritten()) {
                    throw new StoreException(
                            StoreException.Kind.INCOMPLETE,
                            disk.name() + " was in use without " + other.name() + ", and this one without it: both have"
                                    + " gone on. Disconnect the one whose changes are to be dropped, and open again");
                }
            }
        }
    }

    private @Nullable MirrorDisk find(UUID id) {
        return members.stream().filter(disk -> disk.id().equals(id)).findFirst().orElse(null);
    }

    private void refuseTooFew() throws StoreException {
        List<MirrorDisk> missing = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            MirrorDisk disk = members.get(i);
            MirrorDisk.State said = MirrorDisk.State.of(newest.disks().get(i).state());
            boolean needed = said != MirrorDisk.State.FAILED && said != MirrorDisk.State.MISSING;
            if (needed && (!disk.isThere() || disk.isStale())) {
                missing.add(disk);
            }
        }
        int guaranteed = newest.disks().size() > 1 ? newest.copies().guaranteed() : 1;
        if (guaranteed == 0 || (!missing.isEmpty() && missing.size() >= guaranteed)) {
            throw new StoreException(
                    StoreException.Kind.INCOMPLETE,
                    "too many disks of the pool are missing, so not everything is there: "
                            + String.join(
                                    ", ", missing.stream().map(MirrorDisk::name).toList())
                            + "; connect " + (missing.size() > 1 ? "them" : "it") + " and open again");
        }
        for (MirrorDisk disk : missing) {
            if (disk.state() != MirrorDisk.State.RETIRED && disk.state() != MirrorDisk.State.FAILED) {
                LOG.error("{} is missing: the pool opens without it", disk.name());
                String why = disk.trouble();
                disk.ended(newest.generation() - 1);
                disk.state(MirrorDisk.State.MISSING, why);
            }
        }
    }

    /** @param current whether its copy of a segment is as good as any; else only what no other has is taken from it */
    private static void merge(MirrorDisk disk, MirrorTable table, boolean current) throws StoreException {
        for (SegmentHeader header : disk.store().segments()) {
            MirrorTable.Copies known = table.find(header.id());
            if (known == null) {
                table.put(new MirrorTable.Copies(header.withReplica(0), disk.bit(), false));
            } else if (current) {
                if (!known.header().equals(header.withReplica(0))) {
                    throw new StoreException(
                            StoreException.Kind.DAMAGED,
                            disk.name() + " and another disk hold different segments of number " + header.id()
                                    + ": one of them was written by something else; disconnect that one");
                }
                known.disks(known.disks() | disk.bit());
            }
        }
    }
}
