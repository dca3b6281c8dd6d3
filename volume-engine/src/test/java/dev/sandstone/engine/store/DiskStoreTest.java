package dev.sandstone.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.engine.loop.StepLoop;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The store on a disk, and what a disk may do to it. */
final class DiskStoreTest extends SegmentStoreContract {
    private static final long SIZE = DiskStore.FIRST_SLOT + 8L * SEGMENT + 2 * Superblock.BYTES;

    private final UUID pool = new UUID(1, 2);
    private final FaultyDisk.Faults faults = new FaultyDisk.Faults();
    private final Random random = new Random(21);
    private FaultyDisk disk = new FaultyDisk(loop, random, SIZE, faults);

    private DiskStore.Format format() {
        return new DiskStore.Format(pool, new UUID(3, 4), SEGMENT);
    }

    @Override
    SegmentStore make() throws StoreException {
        DiskStore.format(disk, format());
        return DiskStore.open(disk, loop, pool);
    }

    private SegmentStore reopen() throws StoreException {
        return reopen(new FaultyDisk.Faults());
    }

    private SegmentStore reopen(FaultyDisk.Faults next) throws StoreException {
        disk.crash();
        loop.crash();
        loop = new StepLoop();
        disk = disk.reopen(loop, next);
        return DiskStore.open(disk, loop, pool);
    }

    @Test
    void findsItsSegmentsAgain() throws StoreException {
        SegmentStore store = make();
        long first = create(store);
        long second = create(store);
        long third = create(store);
        ByteBuffer content = FileIoContract.random(random, 4096);
        append(store, second, 8192, content);
        delete(store, first);
        SegmentStore again = reopen();
        assertThat(again.segments()).containsExactly(header(store, second), header(store, third));
        ByteBuffer read = ByteBuffer.allocateDirect(4096);
        again.readNow(second, 8192, read);
        assertThat(read).isEqualTo(content);
        assertThat(again.newId()).isGreaterThan(third);
    }

    @Test
    void keepsASlotWhoseSegmentHeaderIsDamaged() throws StoreException {
        SegmentStore store = make();
        long lost = create(store);
        long slots = store.slots();
        disk.flip(DiskStore.FIRST_SLOT + 30, 1);
        assertThat(reopen().segments()).as("one copy of the header is left").hasSize(1);
        disk.flip(DiskStore.FIRST_SLOT + 2048 + 30, 2);
        SegmentStore again = reopen();
        assertThat(again.segments()).isEmpty();
        assertThat(again.damagedSlots()).isEqualTo(1);
        assertThat(again.slots()).isEqualTo(slots - 1);
        assertThat(again.freeSlots()).isEqualTo(slots - 1);
        assertThat(again.newId()).isGreaterThan(lost);
    }

    @Test
    void whatADiskHeldBeforeIsNoDamage() throws StoreException {
        disk.flip(DiskStore.FIRST_SLOT + 700, 5);
        assertThat(make().damagedSlots()).isZero();
    }

    @Test
    void neverGivesTheIdOfADeletedSegmentAgain() throws StoreException {
        SegmentStore store = make();
        long last = 0;
        for (int i = 0; i < 10; i++) {
            long id = create(store);
            assertThat(id).isGreaterThan(last);
            last = id;
            delete(store, id);
            store = reopen();
        }
    }

    @Test
    void anUpdateOfTheSuperblockIsOldOrNew() throws StoreException {
        for (int write = 1; write <= 4; write++) {
            for (int seed = 0; seed < 20; seed++) {
                StepLoop own = new StepLoop();
                FaultyDisk.Faults crash = new FaultyDisk.Faults();
                FaultyDisk made = new FaultyDisk(own, new Random(seed), SIZE, crash);
                DiskStore.format(made, format());
                DiskStore store = DiskStore.open(made, own, pool);
                Superblock old = store.superblock();
                Superblock next = old.with(new Superblock.Shard(0, 5, 6));
                crash.crashAtWrite = crash.writes() + write;
                assertThatThrownBy(() -> store.updateSuperblockNow(next)).isInstanceOf(FaultyDisk.Crash.class);
                FaultyDisk after = made.reopen(own, new FaultyDisk.Faults());
                Superblock found = DiskStore.open(after, own, pool).superblock();
                assertThat(found).as("write " + write + " seed " + seed).isIn(old, next);
                // What was chosen once stays: the copies were repaired.
                FaultyDisk later = made.reopen(own, new FaultyDisk.Faults());
                assertThat(DiskStore.open(later, own, pool).superblock()).isEqualTo(found);
            }
        }
    }

    @Test
    void repairsDamagedCopiesOfTheSuperblock() throws StoreException {
        SegmentStore store = make();
        disk.flip(100, 1);
        disk.flip(SIZE - 50, 4);
        assertThat(reopen().superblock()).isEqualTo(store.superblock());
        disk.flip(4096 + 70, 1);
        disk.flip(SIZE - 8192, 1);
        assertThat(reopen().superblock()).isEqualTo(store.superblock());
    }

    @Test
    void refusesADiskWithOneCopyLeft() throws StoreException {
        make();
        disk.flip(100, 1);
        disk.flip(4096, 1);
        disk.flip(SIZE - 8192, 1);
        assertThatThrownBy(this::reopen)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.DAMAGED));
    }

    @Test
    void refusesAnotherPoolsDiskAndTellsBothNames() throws StoreException {
        make();
        UUID other = new UUID(8, 8);
        assertThatThrownBy(() -> DiskStore.open(disk, loop, other))
                .hasMessageContaining(pool.toString())
                .hasMessageContaining(other.toString());
    }

    @Test
    void refusesAnotherVersionOfTheFormat() throws StoreException {
        make();
        ByteBuffer copy =
                ByteBuffer.allocateDirect(4096).put(disk.peek(0, 4096)).flip();
        copy.putShort(4, (short) 2).putInt(4092, Fields.crc(copy, 0, 4092));
        byte[] bytes = new byte[4096];
        copy.get(0, bytes);
        disk.poke(0, bytes);
        disk.poke(4096, bytes);
        assertThatThrownBy(this::reopen).hasMessageContaining("format version 2");
    }

    @Test
    void refusesToFormatTwice() throws StoreException {
        make();
        assertThatThrownBy(() -> DiskStore.format(disk, format()))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.EXISTS));
    }

    @Test
    void refusesADiskTooSmallOrCutShort() throws StoreException {
        FaultyDisk small = new FaultyDisk(loop, random, 2L * SEGMENT, new FaultyDisk.Faults());
        assertThatThrownBy(() -> DiskStore.format(small, format()))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.TOO_SMALL));
        make();
        disk.growNow(SIZE - SEGMENT);
        assertThatThrownBy(this::reopen).hasMessageContaining("cut short");
        FaultyDisk empty = new FaultyDisk(loop, random, SIZE, new FaultyDisk.Faults());
        assertThatThrownBy(() -> DiskStore.open(empty, loop, pool))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.ABSENT));
    }

    @Test
    void takesRoomThatWasAdded() throws StoreException {
        SegmentStore store = make();
        long id = create(store);
        disk.growNow(SIZE + 4 * SEGMENT);
        SegmentStore again = reopen();
        assertThat(again.slots()).isEqualTo(12);
        assertThat(again.segments()).extracting(SegmentHeader::id).containsExactly(id);
        assertThat(reopen().superblock()).isEqualTo(again.superblock());
    }

    @Test
    void writesNothingMoreAfterAFailedWrite() throws StoreException {
        SegmentStore store = make();
        long id = create(store);
        faults.failWriteAt = faults.writes() + 1;
        ByteBuffer block = SuperblockCopies.aligned(4096);
        Ended failed = new Ended();
        store.append(id, 4096, block, failed);
        finish(failed);
        assertThat(failed.failure).isNotNull();
        long writes = faults.writes();
        Ended later = new Ended();
        store.append(id, 8192, block, later);
        finish(later);
        assertThat(later.failure).isSameAs(failed.failure);
        Ended create = new Ended();
        store.create(header(store, store.newId()), create);
        finish(create);
        assertThat(create.failure).isSameAs(failed.failure);
        assertThat(faults.writes()).as("nothing was written").isEqualTo(writes);
        ByteBuffer read = ByteBuffer.allocateDirect(4096);
        store.readNow(id, 8192, read);
    }

    @Test
    void aFullFileSystemCostsOnlyTheNewSegment() throws StoreException {
        SegmentStore store = make();
        long id = create(store);
        faults.failAllocationAt = faults.allocations() + 1;
        Ended full = new Ended();
        store.create(header(store, store.newId()), full);
        finish(full);
        assertThat(full.kind()).isEqualTo(StoreException.Kind.NO_SPACE);
        append(store, id, 4096, SuperblockCopies.aligned(4096));
        faults.failAllocationAt = Long.MAX_VALUE;
        create(store);
    }

    @Test
    void aDamagedSectorOfAHeaderTakesNoSegmentAway() throws StoreException {
        SegmentStore store = make();
        long id = create(store);
        disk.flip(DiskStore.FIRST_SLOT + 30, 1);
        assertThat(reopen().segments()).containsExactly(header(store, id));
    }
}
