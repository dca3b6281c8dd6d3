package dev.sandstone.engine.store;

import dev.sandstone.engine.loop.ShardLoop;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes of who takes part in a mirror, and the copies that follow from them.
 *
 * <p>On the loop, but for what says otherwise. Superblocks are written here and there, which blocks for a few small
 * writes.
 */
public final class MirrorAdmin {
    private static final Logger LOG = LoggerFactory.getLogger(MirrorAdmin.class);

    private static final long REPAIR_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final MirrorStore mirror;
    private final ShardLoop loop;
    private final MirrorMembers members;
    private final MirrorTable table;
    private final MirrorSpace space;
    private final MirrorWatch watch;
    private final MirrorBalance balance;

    MirrorAdmin(MirrorStore mirror, MirrorSpace space, ShardLoop loop) {
        this.mirror = mirror;
        this.loop = loop;
        this.space = space;
        watch = new MirrorWatch(mirror);
        balance = new MirrorBalance(mirror, space, this, loop);
        members = mirror.members();
        table = mirror.table();
    }

    /** What becomes of the files of the disks. */
    public MirrorWatch watch() {
        return watch;
    }

    /** Copies that had better be elsewhere. */
    public MirrorBalance balance() {
        return balance;
    }

    // what there is

    /**
     * A disk.
     *
     * @param state name of a {@link MirrorDisk.State}, or STALE
     * @param bytes its size, 0 when it is not there
     */
    public record Member(
            UUID id,
            @Nullable Path path,
            String state,
            long bytes,
            long usedBytes,
            @Nullable String trouble) {}

    /** The disks, in the order of their coming. */
    public List<Member> members() {
        return members.all().stream().map(this::member).toList();
    }

    private Member member(MirrorDisk disk) {
        long bytes = disk.isThere() ? disk.store().diskBytes() : 0;
        long[] used = {0};
        table.forEach(copies -> used[0] += (copies.disks() & disk.bit()) != 0 ? mirror.segmentBytes() : 0);
        String state = disk.isStale() ? "STALE" : disk.state().name();
        return new Member(disk.id(), disk.path(), state, bytes, used[0], disk.trouble());
    }

    /**
     * On how many disks segments are.
     *
     * @param copies wanted, and not more than there are disks
     * @param fewer than wanted, more than one
     * @param single one that is certain, or none is, and more are wanted
     * @param lost none
     * @param extra segments with a copy on a disk that is to be left
     */
    public record Counts(int copies, long segments, long fewer, long single, long lost, long extra) {
        /** Segments that something is to be done about. */
        public long todo() {
            return fewer + single + extra;
        }
    }

    public Counts counts() {
        int wanted = Math.min(superblockCopies(), members.all().size());
        int active = members.active();
        int nameless = isAlone() ? 0 : members.nameless();
        long fewer = 0;
        long single = 0;
        long lost = 0;
        long extra = 0;
        for (MirrorTable.Copies copies : table.any()) {
            int have = Integer.bitCount(copies.sure() & ~nameless);
            if (copies.disks() == 0) {
                lost++;
            } else if (have < wanted) {
                single += have <= 1 ? 1 : 0;
                fewer += have <= 1 ? 0 : 1;
            } else if ((copies.disks() & ~active) != 0) {
                extra++;
            }
        }
        return new Counts(wanted, table.size(), fewer, single, lost, extra);
    }

    private int superblockCopies() {
        return members.superblock().copies().wanted();
    }

    // copies

    /** The complete segment that is most in need of a copy on another disk; 0 when there is none. */
    public long neediest(LongPredicate complete) {
        int active = members.active();
        int target = members.target();
        Neediest best = new Neediest();
        table.forEach(copies -> {
            boolean lacks = Integer.bitCount(copies.sure() & active) < target && copies.disks() != 0;
            if (lacks && !copies.isWaitedFor() && complete.test(copies.id())) {
                best.offer(copies, active);
            }
        });
        return best.segment;
    }

    /** The one with fewest copies, among those the one with fewest on disks that stay, among those the oldest. */
    private static final class Neediest {
        private long segment;
        private int rank = Integer.MAX_VALUE;

        void offer(MirrorTable.Copies copies, int active) {
            int its =
                    Integer.bitCount(copies.sure()) * Superblock.MOST_DISKS + Integer.bitCount(copies.sure() & active);
            if (its < rank || (its == rank && copies.id() < segment)) {
                rank = its;
                segment = copies.id();
            }
        }
    }

    /** Whether the pool has one disk, and nothing can lack anything. */
    public boolean isAlone() {
        return members.only() != null;
    }

    /** Makes the copies of the superblocks right that are not. */
    public void repairSuperblocks() throws StoreException {
        for (MirrorDisk disk : members.all()) {
            if (disk.isWritten()) {
                disk.store().repairSuperblockNow();
            }
        }
    }

    /** How often disks were found to have lost something. */
    public long losses() {
        return table.losses();
    }

    /** Whether a copy of the segment may have lost something that can be written anew where it was. */
    public boolean isDoubted(long segment) {
        MirrorTable.Copies copies = table.find(segment);
        return copies != null && (copies.doubted() & members.written()) != 0;
    }

    /**
     * All copies of the segment were looked at and repaired.
     *
     * @param losses {@link #losses} when that was begun
     * @return whether they count: no disk has lost anything since
     */
    public boolean assure(long segment, long losses) {
        MirrorTable.Copies copies = table.find(segment);
        if (copies == null || losses != table.losses()) {
            return false;
        }
        copies.assure();
        mirror.settle();
        return true;
    }

    /** The segment as all its copies know it; null when it is no more. */
    public @Nullable SegmentHeader header(long segment) {
        MirrorTable.Copies copies = table.find(segment);
        return copies == null ? null : copies.header();
    }

    /** The header that a copy has, or should have; null when there is no such copy. */
    public @Nullable SegmentHeader header(long segment, int copy) {
        return (mirror.copies(segment) >>> copy & 1) == 0
                ? null
                : members.disk(copy).store().header(segment);
    }

    /** Runs the task, not at once, when no repair of the segment is under way any more. */
    public void afterRepairs(long segment, Runnable task) {
        MirrorTable.Copies copies = table.find(segment);
        boolean busy = copies != null && copies.isHeld();
        loop.schedule(busy ? () -> afterRepairs(segment, task) : task, REPAIR_NANOS);
    }

    /** Whether the segment is still there, so that what was read of it means something. */
    public boolean isThere(long segment) {
        MirrorTable.Copies copies = table.find(segment);
        return copies != null && !copies.isWaitedFor();
    }

    /** The complete segment with the smallest id behind that one; null when there is none. */
    public @Nullable SegmentHeader after(long id, LongPredicate complete) {
        SegmentHeader[] next = new SegmentHeader[1];
        long[] least = {Long.MAX_VALUE};
        table.forEach(copies -> {
            if (copies.id() > id && copies.id() < least[0] && complete.test(copies.id())) {
                least[0] = copies.id();
                next[0] = copies.header();
            }
        });
        return least[0] == Long.MAX_VALUE ? null : next[0];
    }

    /** Whether all disks take part and none is to be left, so that nothing needs looking for. */
    public boolean isSettled() {
        return Integer.bitCount(members.active()) == members.all().size()
                && members.guaranteed()
                        >= Math.min(superblockCopies(), members.all().size());
    }

    /** Whether it has one copy only, as far as that is certain. */
    public boolean isSingle(long segment) {
        MirrorTable.Copies copies = table.find(segment);
        return copies != null && copies.count() == 1;
    }

    /**
     * Begins a copy.
     *
     * @param keep so many segments must still fit afterwards
     * @return null when no disk has room for it
     */
    public @Nullable CopyJob begin(long segment, long keep) {
        MirrorTable.Copies copies = table.find(segment);
        int number = copies == null ? -1 : space.roomiest(copies.disks());
        if (copies == null || number < 0) {
            return null;
        }
        MirrorDisk disk = members.disk(number);
        ReservedSlot slot = disk.store().reserve();
        space.recount();
        if (slot != null && space.free() < keep) {
            slot.abandon();
            space.recount();
            return null;
        }
        mirror.settle();
        return slot == null ? null : new CopyJob(mirror, copies, disk, slot);
    }

    /**
     * Drops the copies on disks that are to be left, of segments that have enough others.
     *
     * @param done told when all is done that could be
     */
    public void dropExtra(LongPredicate complete, StoreDone done) {
        int active = members.active();
        for (MirrorTable.Copies copies : table.any()) {
            int extra = copies.disks() & ~active;
            boolean enough = Integer.bitCount(copies.sure() & active) >= Math.max(1, members.target());
            if (extra != 0 && enough && !copies.isWaitedFor() && complete.test(copies.id())) {
                drop(copies, extra, failure -> dropExtra(complete, done));
                return;
            }
        }
        done.done(null);
    }

    /** Takes copies away, of a segment that has enough others; told when they are gone for good. */
    void drop(MirrorTable.Copies copies, int extra, StoreDone done) {
        copies.hold();
        copies.disks(copies.disks() & ~extra);
        StoreException failure = promise();
        int written = failure == null ? extra & members.written() : 0;
        if (written == 0) {
            copies.release();
            loop.execute(() -> done.done(failure));
            return;
        }
        FanOut all = new FanOut(ended -> {
            copies.release();
            if (ended.failed() != 0) {
                mirror.goOnWithout(ended.failed(), ended.why());
            }
            mirror.settle();
            done.done(null);
        });
        all.begin(written, done);
        for (int left = written; left != 0; left &= left - 1) {
            int number = Integer.numberOfTrailingZeros(left);
            members.disk(number).store().delete(copies.id(), all.leg(number));
        }
    }

    private @Nullable StoreException promise() {
        try {
            mirror.promiseNoMore();
            return null;
        } catch (StoreException e) {
            return e;
        }
    }

    /** Lets go of disks that are to be left and have no segment any more; promises the copies that all segments have. */
    public void conclude() throws StoreException {
        mirror.raiseGuaranteed();
        for (MirrorDisk disk : members.all()) {
            boolean done = disk.state() == MirrorDisk.State.LEAVING || disk.state() == MirrorDisk.State.RETIRED;
            if (done && isUnused(disk)) {
                if (disk.state() == MirrorDisk.State.RETIRED) {
                    disk.state(MirrorDisk.State.FAILED, disk.trouble());
                    mirror.save(members.superblock().next());
                } else {
                    takeOut(disk);
                }
            }
        }
    }

    private boolean isUnused(MirrorDisk disk) {
        boolean[] used = {false};
        table.forEach(copies -> used[0] |= (copies.disks() & disk.bit()) != 0);
        return !used[0];
    }

    private void takeOut(MirrorDisk disk) throws StoreException {
        members.remove(disk);
        mirror.save(members.superblock().next());
        LOG.info("{} has left the pool", disk.name());
        if (disk.isThere()) {
            try {
                disk.store().wipeNow();
            } catch (StoreException e) {
                LOG.warn("{} still says that it belongs to the pool", disk.name(), e);
            }
            disk.store().close();
        }
    }

    // membership

    /** Refuses what cannot be; the number of the disk otherwise. */
    private MirrorDisk existing(UUID id) throws StoreException {
        MirrorDisk disk = members.find(id);
        if (disk == null) {
            throw new StoreException(StoreException.Kind.ABSENT, "the pool has no disk " + id);
        }
        return disk;
    }

    /** Takes in a disk that was formatted for this pool. Its superblock is written first: it is in when the others are. */
    public Member add(Path path, SegmentStore formatted) throws StoreException {
        int number = members.nextNumber();
        if (number < 0) {
            throw new StoreException(
                    StoreException.Kind.NO_SPACE, "a pool has at most " + Superblock.MOST_DISKS + " disks");
        }
        DiskStore disk = (DiskStore) formatted;
        Superblock.Disk entry =
                new Superblock.Disk(disk.superblock().disk(), MirrorDisk.State.ACTIVE.code(), superblockGeneration());
        MirrorDisk added = new MirrorDisk(number, entry, path, disk);
        members.add(added);
        join(added, () -> members.remove(added));
        LOG.info("{} is in the pool now", added.name());
        return member(added);
    }

    private long superblockGeneration() {
        return members.superblock().generation();
    }

    private void join(MirrorDisk disk, Runnable undo) throws StoreException {
        Superblock next = members.superblock().next();
        List<Superblock.Disk> entries =
                members.all().stream().map(MirrorDisk::entry).toList();
        boolean told = false;
        try {
            Superblock its = next.members(entries, next.copies())
                    .of(disk.id(), disk.store().superblock().slots());
            disk.store().replaceSuperblockNow(its);
            told = true;
        } finally {
            if (!told) {
                undo.run();
            }
        }
        mirror.save(next);
        table.impair(0, members.active(), members.target());
        mirror.settle();
    }

    /** Stops using a disk for what is new; what it has is to be copied elsewhere. One that has failed is forgotten. */
    public void remove(UUID id) throws StoreException {
        MirrorDisk disk = existing(id);
        if (disk.state() == MirrorDisk.State.FAILED || disk.state() == MirrorDisk.State.MISSING) {
            if (members.written() == 0) {
                throw new StoreException(StoreException.Kind.NO_SPACE, "it is the last disk of the pool");
            }
            members.remove(disk);
            mirror.save(members.superblock().next());
            if (disk.isThere()) {
                disk.store().close();
            }
            return;
        }
        if (disk.state() == MirrorDisk.State.RETIRED) {
            throw new StoreException(
                    StoreException.Kind.NO_SPACE,
                    disk.name() + " has failed and has the only copy of some segments: wait until they are copied");
        }
        refuseWithoutRoom(disk);
        disk.state(MirrorDisk.State.LEAVING, null);
        mirror.save(members.superblock().next());
        table.impair(disk.bit(), 0, 0);
        mirror.settle();
    }

    private void refuseWithoutRoom(MirrorDisk disk) throws StoreException {
        int others = members.active() & ~disk.bit();
        if (others == 0) {
            throw new StoreException(
                    StoreException.Kind.NO_SPACE, disk.name() + " is the last disk in use: add another one first");
        }
        int target = Math.min(superblockCopies(), Integer.bitCount(others));
        long needed = table.any().stream()
                .filter(copies -> Integer.bitCount(copies.disks() & others) < target)
                .count();
        long room = 0;
        for (MirrorDisk other : members.all()) {
            room += (others & other.bit()) != 0 ? other.store().freeSlots() : 0;
        }
        if (needed > room) {
            throw new StoreException(
                    StoreException.Kind.NO_SPACE,
                    "the other disks have room for " + room + " segments, " + needed + " must be moved off "
                            + disk.name() + ": add a disk, or delete data, first");
        }
    }

    /**
     * Makes new room of a disk ready. Blocks; not on the loop.
     *
     * @param bytes new size of its file; 0: what it has now
     * @return how many segments it takes
     */
    public long growNow(UUID id, long bytes) throws StoreException {
        MirrorDisk disk = existing(id);
        if (!disk.isWritten()) {
            throw new StoreException(StoreException.Kind.IO, disk.name() + " is not in use");
        }
        if (bytes != 0 && bytes < disk.store().diskBytes()) {
            throw new StoreException(
                    StoreException.Kind.TOO_SMALL,
                    disk.name() + " has " + disk.store().diskBytes() + " bytes: disks do not become smaller");
        }
        if (bytes != 0) {
            disk.store().growNow(bytes);
        }
        return disk.store().newRoomNow();
    }

    /** Takes the room. */
    public Member grown(UUID id, long slots) throws StoreException {
        MirrorDisk disk = existing(id);
        mirror.takeRoom(disk, slots);
        mirror.settle();
        return member(disk);
    }

    /**
     * The disk that was found there, when it has failed and nothing that it has is needed; null otherwise.
     *
     * @param place as {@link Disks#place} answers
     */
    public @Nullable UUID unused(Path place) {
        for (MirrorDisk disk : members.all()) {
            boolean failed = disk.state() == MirrorDisk.State.FAILED || disk.state() == MirrorDisk.State.MISSING;
            if (failed && !disk.isStale() && place.equals(disk.path())) {
                return disk.id();
            }
        }
        return null;
    }

    /** Lets go of the file of a disk that has failed, so that it can be opened anew. */
    public void letGo(UUID id) throws StoreException {
        MirrorDisk disk = existing(id);
        replace(disk, null, String.valueOf(disk.trouble()));
        if (disk.isThere()) {
            disk.store().close();
        }
    }

    /**
     * A disk that had failed is there again. It has missed something: it is {@link #stale}.
     *
     * @param found what was opened at its place
     */
    public Member returned(UUID id, SegmentStore found) throws StoreException {
        MirrorDisk disk = existing(id);
        DiskStore store = (DiskStore) found;
        Superblock its = store.superblock();
        if (!its.pool().equals(members.superblock().pool()) || !its.disk().equals(id)) {
            throw new StoreException(
                    StoreException.Kind.EXISTS,
                    disk.name() + " is another one now, disk " + its.disk() + " of pool " + its.pool()
                            + ": it is left as it is");
        }
        MirrorDisk back = replace(disk, store, null);
        back.stale("it is being taken back");
        return member(back);
    }

    private MirrorDisk replace(MirrorDisk disk, @Nullable DiskStore store, @Nullable String trouble) {
        MirrorDisk next = new MirrorDisk(disk.number(), disk.entry(), disk.path(), store);
        next.state(MirrorDisk.State.FAILED, trouble);
        members.add(next);
        return next;
    }

    /** Disks that are there and have missed something. */
    public List<UUID> stale() {
        List<UUID> stale = new ArrayList<>();
        members.all().stream().filter(MirrorDisk::isStale).forEach(disk -> stale.add(disk.id()));
        return stale;
    }

    /** Empties such a disk. Blocks; not on the loop. */
    public void clearNow(UUID id) throws StoreException {
        existing(id).store().clearNow();
    }

    /** Takes it back, empty. */
    public void readmit(UUID id) throws StoreException {
        MirrorDisk disk = existing(id);
        String why = disk.trouble();
        disk.admitted();
        disk.ended(superblockGeneration());
        join(disk, () -> {
            disk.state(MirrorDisk.State.FAILED, why);
            disk.stale(String.valueOf(why));
        });
        LOG.info("{} is taken back, as an empty disk", disk.name());
    }
}
