package dev.sandstone.engine.volume;

import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.store.SegmentHeader;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreDone;
import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.store.Superblock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A store of a simulation: every transfer ends after a random time, reads miss the page cache at random and come back
 * wrong once in a while, and a crash applies of the appends under way all, none, or some sectors.
 *
 * <p>Bytes of a slot that is used again are those of its last segment.
 */
final class CrashStore implements SegmentStore {
    private static final int SECTOR = 512;
    private static final long MOST_NANOS = 300_000;
    private static final long SLOW_READ_NANOS = 50_000_000;

    private final Random random;
    private final ShardLoop loop;
    private final int slots;
    private final TreeMap<Long, Place> places;
    private final List<byte[]> freeSlots;
    private final List<Append> underWay = new ArrayList<>();
    private final List<byte[]> slotsUnderWay = new ArrayList<>();
    private Superblock superblock;
    private long lastId;
    private int reused;
    private boolean dead;
    private boolean appendsFail;

    private record Place(SegmentHeader header, byte[] bytes) {}

    private record Append(byte[] into, int offset, byte[] bytes) {}

    CrashStore(Random random, ShardLoop loop, int segmentBytes, int slots) {
        this.random = random;
        this.loop = loop;
        this.slots = slots;
        places = new TreeMap<>();
        freeSlots = new ArrayList<>();
        for (int i = 0; i < slots; i++) {
            freeSlots.add(new byte[segmentBytes]);
        }
        UUID disk = new UUID(random.nextLong(), 1);
        superblock = new Superblock(
                new UUID(random.nextLong(), 2),
                disk,
                1,
                segmentBytes,
                0,
                slots,
                List.of(new Superblock.Disk(disk, 0, 1)),
                List.of(new Superblock.Shard(0, 0, 1)),
                List.of());
    }

    private CrashStore(CrashStore before, ShardLoop loop) {
        random = before.random;
        this.loop = loop;
        slots = before.slots;
        places = before.places;
        freeSlots = before.freeSlots;
        superblock = before.superblock;
        lastId = before.lastId;
        reused = before.reused;
    }

    /** What a crash leaves; this store answers nothing any more. */
    CrashStore crash(ShardLoop next) {
        dead = true;
        for (Append append : underWay) {
            int fate = random.nextInt(3);
            for (int at = 0; at < append.bytes.length; at += SECTOR) {
                if (fate == 0 || (fate == 1 && random.nextBoolean())) {
                    System.arraycopy(append.bytes, at, append.into, append.offset + at, SECTOR);
                }
            }
        }
        freeSlots.addAll(slotsUnderWay);
        return new CrashStore(this, next);
    }

    /** From now on no append succeeds. */
    void failAppends() {
        appendsFail = true;
    }

    /** How many segments were given back. */
    int reused() {
        return reused;
    }

    private void later(Runnable task) {
        later(task, MOST_NANOS);
    }

    private void later(Runnable task, long mostNanos) {
        loop.schedule(
                () -> {
                    if (!dead) {
                        task.run();
                    }
                },
                random.nextLong(mostNanos));
    }

    @Override
    public Superblock superblock() {
        return superblock;
    }

    @Override
    public void updateSuperblockNow(Superblock next) {
        superblock = next;
    }

    @Override
    public int segmentBytes() {
        return superblock.segmentBytes();
    }

    @Override
    public long slots() {
        return slots;
    }

    @Override
    public long freeSlots() {
        return freeSlots.size();
    }

    @Override
    public Collection<SegmentHeader> segments() {
        return places.values().stream().map(Place::header).toList();
    }

    @Override
    public int damagedSlots() {
        return 0;
    }

    @Override
    public void readDamagedNow(int index, int offset, ByteBuffer dst) {
        throw new IndexOutOfBoundsException("there are no damaged places");
    }

    @Override
    public long newId() {
        return ++lastId;
    }

    @Override
    public void create(SegmentHeader header, StoreDone done) {
        byte[] bytes = freeSlots.remove(random.nextInt(freeSlots.size()));
        slotsUnderWay.add(bytes);
        later(() -> {
            slotsUnderWay.remove(bytes);
            places.put(header.id(), new Place(header, bytes));
            done.done(null);
        });
    }

    @Override
    public void append(long segment, int offset, ByteBuffer bytes, StoreDone done) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        Append append = new Append(bytes(segment), offset, copy);
        underWay.add(append);
        boolean fails = appendsFail;
        later(() -> {
            underWay.remove(append);
            if (fails) {
                done.done(new StoreException(StoreException.Kind.IO, "injected"));
            } else {
                System.arraycopy(copy, 0, append.into, offset, copy.length);
                done.done(null);
            }
        });
    }

    @Override
    public void appendNow(long segment, int offset, ByteBuffer bytes) {
        bytes.duplicate().get(bytes(segment), offset, bytes.remaining());
    }

    @Override
    public boolean tryRead(long segment, int offset, ByteBuffer dst) {
        if (random.nextInt(3) == 0) {
            return false;
        }
        fill(segment, offset, dst);
        spoil(dst);
        return true;
    }

    @Override
    public void read(long segment, int offset, ByteBuffer dst, StoreDone done) {
        read(segment, offset, dst, done, true);
    }

    @Override
    public void reread(long segment, int offset, ByteBuffer dst, StoreDone done) {
        read(segment, offset, dst, done, false);
    }

    private void read(long segment, int offset, ByteBuffer dst, StoreDone done, boolean mayFail) {
        byte[] source = bytes(segment);
        boolean fails = mayFail && random.nextInt(50) == 0;
        long mostNanos = random.nextInt(10) == 0 ? SLOW_READ_NANOS : MOST_NANOS;
        later(
                () -> {
                    // What is read is what lies there when the transfer ends: a slot used again too early shows.
                    dst.put(dst.position(), source, offset, dst.remaining());
                    @Nullable
                    StoreException failure = fails ? new StoreException(StoreException.Kind.IO, "injected") : null;
                    if (mayFail) {
                        spoil(dst);
                    }
                    done.done(failure);
                },
                mostNanos);
    }

    /** Now and then a bit is wrong; asked again it is right. */
    private void spoil(ByteBuffer dst) {
        if (random.nextInt(50) == 0) {
            int at = dst.position() + random.nextInt(dst.remaining());
            dst.put(at, (byte) (dst.get(at) ^ 1));
        }
    }

    private void fill(long segment, int offset, ByteBuffer dst) {
        dst.put(dst.position(), bytes(segment), offset, dst.remaining());
    }

    @Override
    public void readNow(long segment, int offset, ByteBuffer dst) {
        fill(segment, offset, dst);
    }

    private byte[] bytes(long segment) {
        Place place = places.get(segment);
        if (place == null) {
            throw new IllegalStateException("no segment " + segment);
        }
        return place.bytes;
    }

    @Override
    public void delete(long segment, StoreDone done) {
        byte[] bytes = bytes(segment);
        later(() -> {
            places.remove(segment);
            freeSlots.add(bytes);
            reused++;
            done.done(null);
        });
    }

    @Override
    public String describe() {
        return "simulated";
    }

    @Override
    public void close() {}
}
