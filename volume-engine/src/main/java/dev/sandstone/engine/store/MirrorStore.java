package dev.sandstone.engine.store;

import dev.sandstone.engine.loop.ShardLoop;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Segments on several disks, each on {@link Superblock.Copies#wanted} distinct ones.
 *
 * <p>An append has ended when it has on every disk that has a copy. A disk that fails one is not written to again: a new
 * generation of superblocks says so on all others before anybody hears that the append succeeded on them. The segment
 * then has a copy less; whoever writes it is told by {@link #impaired} to go on in another one. When a write fails on all
 * disks that have the segment, it fails, and no disk is blamed.
 *
 * <p>A new segment goes to the disks with most free slots. With one disk everything is handed on to it, byte for byte
 * the pool of one disk.
 */
public final class MirrorStore implements SegmentStore {
    private static final Logger LOG = LoggerFactory.getLogger(MirrorStore.class);
    private static final int IDS_AHEAD = 1024;

    private final ShardLoop loop;
    private final MirrorMembers members;
    private final MirrorTable table;
    private final ArrayDeque<FanOut> appends = new ArrayDeque<>();
    private final MirrorSpace space;
    private final MirrorRepairs repairs = new MirrorRepairs(this);
    private @Nullable DiskStore only;
    private Runnable changed = () -> {};
    private long lastId;
    /** Segments that are being made or deleted. */
    private int changing;

    /** @see MirrorOpening#open */
    MirrorStore(ShardLoop loop, MirrorMembers members, MirrorTable table) {
        this.loop = loop;
        this.members = members;
        this.table = table;
        space = new MirrorSpace(loop, members);
        for (MirrorDisk disk : members.all()) {
            if (disk.isRead()) {
                lastId = Math.max(lastId, disk.store().newId() - 1);
            }
        }
        only = members.only();
        space.recount();
    }

    /** The task is run on the loop when there may be more or fewer slots, or segments with fewer copies than wanted. */
    public void onChange(Runnable task) {
        changed = task;
    }

    /** The task is run on the loop when a copy was found damaged. */
    public void onDamage(Runnable task) {
        repairs.onDamage(task);
    }

    /** Who takes part, and changes of it. */
    public MirrorAdmin admin() {
        return new MirrorAdmin(this, space, loop);
    }

    MirrorMembers members() {
        return members;
    }

    MirrorTable table() {
        return table;
    }

    // superblock

    @Override
    public Superblock superblock() {
        return members.superblock();
    }

    @Override
    public void updateSuperblockNow(Superblock next) throws StoreException {
        long generation = superblock().generation();
        if (next.generation() != generation + 1) {
            throw new IllegalArgumentException("generation " + next.generation() + " cannot follow " + generation);
        }
        if (!next.shards().equals(superblock().shards())) {
            // From here on there may be records that a disk which is not here has not.
            members.all().stream()
                    .filter(disk -> disk.state() == MirrorDisk.State.MISSING)
                    .forEach(disk -> disk.state(MirrorDisk.State.FAILED, "it was not there when the pool was opened"));
        }
        save(next);
    }

    /** Makes a generation be in force, without the disks that fail meanwhile. */
    void save(Superblock next) throws StoreException {
        Superblock wanted = next;
        int failed = members.write(wanted, guaranteed());
        while (failed != 0) {
            wanted = members.superblock().next();
            drop(failed, "its superblock could not be written");
            failed = members.write(wanted, guaranteed());
        }
        settle();
    }

    /** The next generation, without disks whose superblock could not be written. */
    void saveWithout(int failed) throws StoreException {
        if (failed != 0 && failed == members.written()) {
            throw new StoreException(StoreException.Kind.IO, "no disk of the pool can be written to");
        }
        drop(failed, "its superblock could not be written");
        save(superblock().next());
    }

    /** As many copies as every segment has; what the superblock said, when that is less. */
    private int guaranteed() {
        return Math.min(members.guaranteed(), leastCopies());
    }

    /** The smallest number of copies of any segment, and not more than are wanted. */
    int leastCopies() {
        int[] least = {Math.max(1, members.superblock().copies().wanted())};
        table.forEach(copies -> least[0] = Math.min(least[0], copies.count()));
        return least[0];
    }

    /** Promises more copies, when all segments have them. */
    void raiseGuaranteed() throws StoreException {
        if (leastCopies() > members.guaranteed() && Integer.bitCount(members.written()) > 1) {
            int failed = members.write(members.superblock().next(), leastCopies());
            if (failed != 0) {
                saveWithout(failed);
            }
        }
    }

    /** Takes room that a disk has been given. Blocks; before anything uses the mirror, or on the loop. */
    void takeRoomNow(MirrorDisk disk) throws StoreException {
        takeRoom(disk, disk.store().newRoomNow());
    }

    /** @param slots made ready by {@link DiskStore#newRoomNow} */
    void takeRoom(MirrorDisk disk, long slots) throws StoreException {
        DiskStore store = disk.store();
        if (slots > store.superblock().slots()) {
            Superblock next = superblock().next();
            store.takeRoomNow(next.of(disk.id(), slots));
            save(next);
        }
    }

    /** Promises only what every segment has. */
    void promiseNoMore() throws StoreException {
        if (guaranteed() < members.guaranteed()) {
            save(superblock().next());
        }
    }

    /** The file system of that disk had no space. */
    void full(int number) {
        space.full(number);
    }

    // failure

    /** These disks are not used any more; the others have what they had. Superblocks that say so are next. */
    private void drop(int failed, String why) {
        for (MirrorDisk disk : members.all()) {
            if ((failed & disk.bit()) != 0 && disk.isWritten()) {
                LOG.error("{} is not used any more: {}", disk.name(), why);
                disk.ended(members.superblock().generation());
                disk.store().retire(new StoreException(StoreException.Kind.IO, disk.name() + " has failed: " + why));
                disk.state(MirrorDisk.State.FAILED, why);
            }
        }
        boolean[] sole = new boolean[Superblock.MOST_DISKS];
        table.forEach(copies -> {
            int left = copies.disks() & ~failed;
            if (left == copies.disks()) {
                return;
            }
            copies.impair();
            if ((left & ~copies.doubted()) != 0) {
                copies.disks(left);
            } else {
                for (int number = 0; number < sole.length; number++) {
                    sole[number] |= (copies.disks() >>> number & 1) != 0;
                }
            }
        });
        for (MirrorDisk disk : members.all()) {
            if (sole[disk.number()] && disk.state() == MirrorDisk.State.FAILED && disk.isThere()) {
                LOG.error("{} has the only copy of some segments: they are still read from it", disk.name());
                disk.state(MirrorDisk.State.RETIRED, why);
            }
        }
    }

    /** Goes on without disks that failed; throws when that cannot be put on record. */
    private void lose(int failed, StoreException why) throws StoreException {
        int gone = failed & members.written();
        if (gone != 0 && gone == members.written()) {
            throw why;
        }
        if (gone != 0) {
            drop(gone, String.valueOf(why.getMessage()));
            save(members.superblock().next());
            LOG.error(
                    "The pool goes on with {} of {} copies of what is written",
                    members.target(),
                    members.superblock().copies().wanted());
        }
    }

    /** What follows from who takes part; asked now and then, it finds disks that were full and are not. */
    public void settle() {
        only = members.only();
        space.recount();
        changed.run();
    }

    // space

    @Override
    public int segmentBytes() {
        return superblock().segmentBytes();
    }

    @Override
    public long slots() {
        return table.size() + changing + space.free();
    }

    @Override
    public long freeSlots() {
        return space.free();
    }

    // segments

    @Override
    public Collection<SegmentHeader> segments() {
        return table.all().stream().map(MirrorTable.Copies::header).toList();
    }

    @Override
    public int damagedSlots() {
        return members.read().stream()
                .mapToInt(disk -> disk.store().damagedSlots())
                .sum();
    }

    @Override
    public void readDamagedNow(int index, int offset, ByteBuffer dst) throws StoreException {
        MirrorMembers.Damaged place = members.damaged(index);
        place.disk().store().readDamagedNow(place.index(), offset, dst);
    }

    @Override
    public void releaseDamagedNow(int index) throws StoreException {
        MirrorMembers.Damaged place = members.damaged(index);
        if (place.disk().isWritten()) {
            place.disk().store().releaseDamagedNow(place.index());
            settle();
        }
    }

    @Override
    public long newId() {
        return ++lastId;
    }

    /** The superblock says from where on ids are new after a restart; raised ahead of use. */
    private void reserveId(long segment) throws StoreException {
        Superblock.Shard shard = superblock().shards().getFirst();
        if (segment >= shard.segmentFloor()) {
            save(superblock().with(new Superblock.Shard(shard.id(), shard.epoch(), segment + IDS_AHEAD)));
        }
    }

    @Override
    public void create(SegmentHeader header, StoreDone done) {
        try {
            reserveId(header.id());
        } catch (StoreException e) {
            refuse(e, done);
            return;
        }
        changing++;
        MirrorCreation creation = new MirrorCreation(this, space, header, done);
        if (!creation.place()) {
            loop.execute(creation::end);
        }
    }

    /** @param copies null when none could be made */
    void created(MirrorTable.@Nullable Copies copies, @Nullable StoreException why, StoreDone done) {
        changing--;
        StoreException failure = why;
        if (copies != null && failure == null) {
            failure = promiseLess();
        }
        space.recount();
        done.done(failure);
        changed.run();
    }

    private @Nullable StoreException promiseLess() {
        try {
            promiseNoMore();
            return null;
        } catch (StoreException e) {
            return e;
        }
    }

    /** Answers why it cannot; null when it does. */
    @Nullable
    StoreException goOnWithout(int failed, StoreException why) {
        try {
            lose(failed, why);
            return null;
        } catch (StoreException e) {
            LOG.error("The pool cannot go on without a disk that failed", e);
            return e;
        }
    }

    @Override
    public void append(long segment, int offset, ByteBuffer bytes, StoreDone done) {
        DiskStore one = only;
        if (one != null) {
            one.append(segment, offset, bytes, done);
            return;
        }
        int disks = existing(segment).disks();
        FanOut all = appends.isEmpty() ? new FanOut(this::appended) : appends.pop();
        all.begin(disks, done);
        for (int left = disks; left != 0; left &= left - 1) {
            int number = Integer.numberOfTrailingZeros(left);
            members.disk(number).store().append(segment, offset, bytes, all.leg(number));
        }
    }

    private void appended(FanOut all) {
        StoreDone done = all.caller();
        StoreException failure = all.failed() == 0 ? null : all.why();
        if (failure != null && (all.succeeded() & members.written()) != 0) {
            failure = goOnWithout(all.failed(), failure);
        }
        if (all.isIdle()) {
            appends.push(all);
        }
        done.done(failure);
    }

    @Override
    public void appendNow(long segment, int offset, ByteBuffer bytes) throws StoreException {
        int failed = 0;
        boolean done = false;
        StoreException why = new StoreException(StoreException.Kind.DAMAGED, "segment " + segment + " has no copy");
        for (int left = existing(segment).disks(); left != 0; left &= left - 1) {
            int number = Integer.numberOfTrailingZeros(left);
            try {
                members.disk(number).store().appendNow(segment, offset, bytes);
                done = true;
            } catch (StoreException e) {
                failed |= 1 << number;
                why = e;
            }
        }
        if (!done) {
            throw why;
        }
        lose(failed, why);
    }

    private MirrorTable.Copies existing(long segment) {
        MirrorTable.Copies copies = table.find(segment);
        if (copies == null) {
            throw new IllegalArgumentException("no segment " + segment);
        }
        return copies;
    }

    @Override
    public boolean impaired(long segment) {
        MirrorTable.Copies copies = only != null ? null : table.find(segment);
        return copies != null && copies.isImpaired();
    }

    // reads

    /** The disk that a segment is read from as a rule: by its number, so that all disks have their share. */
    private static int preferred(MirrorTable.Copies copies) {
        int disks = copies.disks();
        for (int skip = (int) (copies.id() % Math.max(1, Integer.bitCount(disks))); skip > 0; skip--) {
            disks &= disks - 1;
        }
        return Integer.numberOfTrailingZeros(disks);
    }

    /** Where the segment is read from; null when it is nowhere. */
    private @Nullable DiskStore source(long segment) {
        DiskStore one = only;
        if (one != null) {
            return one;
        }
        MirrorTable.Copies copies = table.find(segment);
        return copies == null || copies.disks() == 0
                ? null
                : members.disk(preferred(copies)).store();
    }

    @Override
    public boolean tryRead(long segment, int offset, ByteBuffer dst) {
        DiskStore from = source(segment);
        return from != null && from.tryRead(segment, offset, dst);
    }

    @Override
    public void read(long segment, int offset, ByteBuffer dst, StoreDone done) {
        DiskStore from = source(segment);
        if (from == null) {
            refuse(gone(segment), done);
        } else {
            from.read(segment, offset, dst, done);
        }
    }

    private static StoreException gone(long segment) {
        return new StoreException(StoreException.Kind.DAMAGED, "segment " + segment + " is on no disk any more");
    }

    @Override
    public void reread(long segment, int offset, ByteBuffer dst, StoreDone done) {
        DiskStore from = source(segment);
        if (from == null) {
            refuse(gone(segment), done);
        } else {
            from.reread(segment, offset, dst, done);
        }
    }

    @Override
    public void readNow(long segment, int offset, ByteBuffer dst) throws StoreException {
        MirrorTable.Copies copies = table.anywhere(segment);
        if (copies == null) {
            throw new IllegalArgumentException("no segment " + segment);
        }
        StoreException why = gone(segment);
        int first = preferred(copies);
        for (int left = copies.disks(); left != 0; ) {
            int number = (left >>> first & 1) != 0 ? first : Integer.numberOfTrailingZeros(left);
            try {
                existingDisk(number).readNow(segment, offset, dst);
                return;
            } catch (StoreException e) {
                why = e;
                left &= ~(1 << number);
            }
        }
        throw why;
    }

    /** A disk may leave while another thread reads. */
    private DiskStore existingDisk(int number) throws StoreException {
        MirrorDisk disk = members.diskIfAny(number);
        if (disk == null) {
            throw new StoreException(StoreException.Kind.ABSENT, "the disk has just left the pool");
        }
        return disk.store();
    }

    @Override
    public int copies(long segment) {
        MirrorTable.Copies copies = table.anywhere(segment);
        return copies == null ? 0 : copies.disks();
    }

    @Override
    public int preferredCopy(long segment) {
        MirrorTable.Copies copies = table.anywhere(segment);
        return copies == null || copies.disks() == 0 ? 0 : preferred(copies);
    }

    @Override
    public void readCopy(long segment, int copy, int offset, ByteBuffer dst, StoreDone done) {
        if ((copies(segment) >>> copy & 1) == 0) {
            refuse(gone(segment), done);
        } else {
            members.disk(copy).store().reread(segment, offset, dst, done);
        }
    }

    @Override
    public void readCopyNow(long segment, int copy, int offset, ByteBuffer dst) throws StoreException {
        if ((copies(segment) >>> copy & 1) == 0) {
            throw gone(segment);
        }
        existingDisk(copy).readNow(segment, offset, dst);
    }

    @Override
    public void rereadCopyNow(long segment, int copy, int offset, ByteBuffer dst) throws StoreException {
        if ((copies(segment) >>> copy & 1) == 0) {
            throw gone(segment);
        }
        existingDisk(copy).rereadNow(segment, offset, dst);
    }

    private void refuse(StoreException why, StoreDone done) {
        loop.execute(() -> done.done(why));
    }

    // repair

    /** How often a copy was written anew in a place, because it was not what its checksum says. */
    public long repairs() {
        return repairs.count();
    }

    @Override
    public void repair(long segment, int copy, int offset, ByteBuffer right) {
        MirrorTable.Copies copies = table.find(segment);
        boolean there = copies != null && (copies.disks() >>> copy & 1) != 0 && !copies.isWaitedFor();
        if (copies != null && there && members.disk(copy).isWritten()) {
            repairs.begin(copies, members.disk(copy), offset, right);
        }
    }

    @Override
    public void repairNow(long segment, int copy, int offset, ByteBuffer right) throws StoreException {
        MirrorTable.Copies copies = existing(segment);
        MirrorDisk disk = members.disk(copy);
        if ((copies.disks() >>> copy & 1) != 0 && disk.isWritten()) {
            try {
                repairs.now(copies, disk, offset, right);
            } catch (StoreException e) {
                lose(disk.bit(), e);
            }
        }
    }

    // end

    @Override
    public void delete(long segment, StoreDone done) {
        MirrorTable.Copies copies = existing(segment);
        copies.whenFree(() -> deleteFree(copies, done));
    }

    private void deleteFree(MirrorTable.Copies copies, StoreDone done) {
        table.remove(copies.id());
        changing++;
        int disks = copies.disks() & members.written();
        if (disks == 0) {
            loop.execute(() -> deleted(null, done));
            return;
        }
        FanOut all = new FanOut(ended -> {
            StoreException failure = ended.failed() == 0 ? null : ended.why();
            if (failure != null && (ended.succeeded() & members.written()) != 0) {
                failure = goOnWithout(ended.failed(), failure);
            }
            deleted(failure, done);
        });
        all.begin(disks, done);
        for (int left = disks; left != 0; left &= left - 1) {
            int number = Integer.numberOfTrailingZeros(left);
            members.disk(number).store().delete(copies.id(), all.leg(number));
        }
    }

    private void deleted(@Nullable StoreException failure, StoreDone done) {
        changing--;
        space.recount();
        done.done(failure);
        changed.run();
    }

    @Override
    public String describe() {
        List<MirrorDisk> there = members.read();
        String each = there.isEmpty() ? "no disk" : there.get(0).store().describe();
        return there.size() < 2 ? each : there.size() + " disks, each " + each;
    }

    @Override
    public void close() {
        members.all().stream()
                .filter(MirrorDisk::isThere)
                .forEach(disk -> disk.store().close());
    }
}
