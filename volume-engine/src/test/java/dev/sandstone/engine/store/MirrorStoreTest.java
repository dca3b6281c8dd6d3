package dev.sandstone.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.engine.loop.StepLoop;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Segments on several disks, and what becomes of them when some fail, are away, or come back. */
final class MirrorStoreTest extends SegmentStoreContract {
    private static final long HEAD_AND_TAIL = DiskStore.FIRST_SLOT + 2 * Superblock.BYTES;

    private final UUID pool = new UUID(1, 2);
    private final Random random = new Random(21);
    private final List<FaultyDisk> disks = new ArrayList<>();
    private final RememberedWitness witness = new RememberedWitness();

    @Override
    SegmentStore make() throws StoreException {
        return make(6, 5, 5);
    }

    private MirrorStore make(int... slots) throws StoreException {
        List<UUID> ids =
                IntStream.range(0, slots.length).mapToObj(i -> new UUID(3, i)).toList();
        for (int i = 0; i < slots.length; i++) {
            FaultyDisk disk =
                    new FaultyDisk(loop, random, HEAD_AND_TAIL + (long) slots[i] * SEGMENT, new FaultyDisk.Faults());
            DiskStore.format(disk, new DiskStore.Format(pool, ids.get(i), SEGMENT, ids, 2));
            disks.add(disk);
        }
        return open(IntStream.range(0, slots.length).toArray());
    }

    /** The disks of these numbers; the others are away. */
    private MirrorStore open(int... present) throws StoreException {
        List<MirrorOpening.Found> found = new ArrayList<>();
        for (int i : present) {
            found.add(MirrorOpening.Found.disk(Path.of("/disk" + i), DiskStore.member(disks.get(i), loop)));
        }
        return MirrorOpening.open(found, loop, witness);
    }

    private MirrorStore reopen(int... present) throws StoreException {
        kill();
        return open(present);
    }

    private void kill() {
        kill(new FaultyDisk.Faults(), -1);
    }

    /** @param faulty the disk that has these faults in its next life */
    private void kill(FaultyDisk.Faults faults, int faulty) {
        disks.forEach(FaultyDisk::crash);
        loop.crash();
        loop = new StepLoop();
        for (int i = 0; i < disks.size(); i++) {
            disks.set(i, disks.get(i).reopen(loop, i == faulty ? faults : new FaultyDisk.Faults()));
        }
    }

    /** What recovery does at the end of each opening. */
    private static void begin(MirrorStore store) throws StoreException {
        Superblock.Shard shard = store.superblock().shard(0);
        store.updateSuperblockNow(
                store.superblock().with(new Superblock.Shard(0, shard.epoch() + 1, shard.segmentFloor())));
    }

    private ByteBuffer appended(SegmentStore store, long id, int at) {
        ByteBuffer content = FileIoContract.random(random, 4096);
        append(store, id, at, content);
        return content;
    }

    private static ByteBuffer read(SegmentStore store, long id, int at) throws StoreException {
        ByteBuffer read = ByteBuffer.allocateDirect(4096);
        store.readNow(id, at, read);
        return read;
    }

    private void fails(int disk) {
        disks.get(disk).faults().failWriteAt = 0;
    }

    @Test
    void putsEachSegmentOnTwoDistinctDisks() throws StoreException {
        MirrorStore store = make(6, 5, 5);
        int used = 0;
        for (int i = 0; i < 8; i++) {
            int copies = store.copies(create(store));
            assertThat(Integer.bitCount(copies)).isEqualTo(2);
            used |= copies;
        }
        assertThat(used).isEqualTo(0b111);
        assertThat(store.freeSlots()).isZero();
        MirrorStore again = reopen(0, 1, 2);
        assertThat(again.slots()).isEqualTo(8);
        assertThat(again.segments())
                .allSatisfy(header ->
                        assertThat(Integer.bitCount(again.copies(header.id()))).isEqualTo(2));
    }

    @Test
    void copiesHaveTheSameBytesButForTheirNumber() throws StoreException {
        MirrorStore store = make(5, 5);
        long id = create(store);
        ByteBuffer content = appended(store, id, 4096);
        for (int copy = 0; copy < 2; copy++) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(4096);
            store.readCopyNow(id, copy, 4096, bytes);
            assertThat(bytes).isEqualTo(content);
            store.readCopyNow(id, copy, 0, bytes.clear());
            SegmentHeader header = SegmentHeader.decode(bytes, pool);
            assertThat(header).isEqualTo(header(store, id).withReplica(copy));
            assertThat(header(store, id).crc())
                    .isEqualTo(header(store, id).withReplica(copy).crc());
        }
    }

    @Test
    void goesOnWithoutADiskThatFailsAWrite() throws StoreException {
        MirrorStore store = make(8, 8);
        long id = create(store);
        ByteBuffer before = appended(store, id, 4096);
        fails(1);
        ByteBuffer after = appended(store, id, 8192);
        assertThat(store.copies(id)).isEqualTo(0b01);
        assertThat(store.impaired(id)).isTrue();
        assertThat(store.superblock().copies().guaranteed()).isEqualTo(1);
        assertThat(read(store, id, 4096)).isEqualTo(before);
        long next = create(store);
        assertThat(store.copies(next)).isEqualTo(0b01);
        assertThat(store.impaired(next)).as("there is no better place").isFalse();

        MirrorStore again = reopen(0, 1);
        assertThat(again.copies(id)).as("the disk that failed is stale").isEqualTo(0b01);
        assertThat(read(again, id, 8192)).isEqualTo(after);
    }

    @Test
    void noDiskIsBlamedWhenAWriteFailsOnAll() throws StoreException {
        MirrorStore store = make(8, 8);
        long id = create(store);
        fails(0);
        fails(1);
        Ended ended = new Ended();
        store.append(id, 4096, FileIoContract.random(random, 4096), ended);
        finish(ended);
        assertThat(ended.kind()).isEqualTo(StoreException.Kind.IO);
        assertThat(reopen(0, 1).copies(id)).isEqualTo(0b11);
    }

    @Test
    void aDiskThatIsAwayIsStaleOnlyOnceThePoolWasUsed() throws StoreException {
        MirrorStore store = make(8, 8);
        begin(store);
        long id = create(store);
        assertThat(reopen(0).copies(id)).isEqualTo(0b01);
        MirrorStore both = reopen(0, 1);
        assertThat(both.copies(id)).as("nothing was written meanwhile").isEqualTo(0b11);
        begin(reopen(0));
        assertThat(reopen(0, 1).copies(id)).isEqualTo(0b01);
    }

    /** Found by seed 46 of the simulation. */
    @Test
    void noDiskIsStaleBecauseOpeningsWereInterrupted() throws StoreException {
        make(8, 8);
        for (int i = 0; i < 5; i++) {
            kill();
            MirrorStore store = open(0, 1);
            disks.get(1).faults().crashAtWrite = disks.get(1).faults().writes() + 1;
            assertThatThrownBy(() -> begin(store)).isInstanceOf(FaultyDisk.Crash.class);
        }
        MirrorStore store = reopen(0, 1);
        assertThat(store.copies(create(store))).isEqualTo(0b11);
    }

    @Test
    void oldDisksAloneAreNotThePool() throws StoreException {
        MirrorStore store = make(8, 8);
        begin(store);
        create(store);
        begin(reopen(0));
        kill();
        assertThatThrownBy(() -> open(1))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("gone on without")
                .extracting("kind")
                .isEqualTo(StoreException.Kind.INCOMPLETE);
    }

    @Test
    void twoDisksThatBothWentOnAreRefused() throws StoreException {
        begin(make(8, 8));
        begin(reopen(0));
        witness.saw(0, List.of());
        begin(reopen(1));
        kill();
        assertThatThrownBy(() -> open(0, 1)).hasMessageContaining("both have gone on");
    }

    @Test
    void tooFewDisksAreRefused() throws StoreException {
        begin(make(8, 8, 8));
        kill();
        assertThatThrownBy(() -> open(0)).hasMessageContaining("too many disks");
        assertThat(reopen(0, 1).superblock().disks().get(2).state()).isEqualTo(MirrorDisk.State.MISSING.code());
    }

    @Test
    void aDiskOfAnotherPoolIsRefused() throws StoreException {
        make(8, 8);
        FaultyDisk other = new FaultyDisk(loop, random, HEAD_AND_TAIL + 8L * SEGMENT, new FaultyDisk.Faults());
        DiskStore.format(other, new DiskStore.Format(new UUID(9, 9), new UUID(3, 7), SEGMENT));
        disks.add(other);
        kill();
        assertThatThrownBy(() -> open(0, 1, 2)).extracting("kind").isEqualTo(StoreException.Kind.FOREIGN);
    }

    @Test
    void whatACopyHasLostIsReadFromTheOtherAndRepaired() throws StoreException {
        MirrorStore store = make(8, 8);
        long id = create(store);
        ByteBuffer content = appended(store, id, 4096);
        int bad = store.preferredCopy(id);
        flip(bad, id, content);
        ByteBuffer got = ByteBuffer.allocateDirect(4096);
        Ended ended = new Ended();
        new CopyRead(store).start(id, 4096, got, Fields.crc(content, 0, 4096), ended);
        succeed(ended);
        assertThat(got).isEqualTo(content);
        assertThat(store.repairs()).isEqualTo(1);
        while (loop.step()) {
            // Until the repair is done.
        }
        store.readCopyNow(id, bad, 4096, got);
        assertThat(got).isEqualTo(content);
    }

    @Test
    void whatAllCopiesHaveLostIsAnError() throws StoreException {
        MirrorStore store = make(8, 8);
        long id = create(store);
        ByteBuffer content = appended(store, id, 4096);
        flip(0, id, content);
        flip(1, id, content);
        Ended ended = new Ended();
        new CopyRead(store).start(id, 4096, ByteBuffer.allocateDirect(4096), Fields.crc(content, 0, 4096), ended);
        finish(ended);
        assertThat(ended.kind()).isEqualTo(StoreException.Kind.DAMAGED);
    }

    /** Finds the block on the disk and flips a bit of it. */
    private void flip(int disk, long id, ByteBuffer content) {
        for (long slot = 0; slot < 8; slot++) {
            long at = DiskStore.FIRST_SLOT + slot * SEGMENT + 4096;
            if (content.equals(ByteBuffer.wrap(disks.get(disk).peek(at, 4096)))) {
                disks.get(disk).flip(at + 77, 4);
                return;
            }
        }
        throw new AssertionError("segment " + id + " is not on disk " + disk);
    }

    @Test
    void isDurableOnlyWhenBothCopiesAre() throws StoreException {
        MirrorStore store = make(8, 8);
        long id = create(store);
        ByteBuffer content = appended(store, id, 4096);
        // Power is lost the moment it was told: each disk alone has it.
        for (int alone = 0; alone < 2; alone++) {
            kill();
            witness.saw(0, List.of());
            List<MirrorOpening.Found> found =
                    List.of(MirrorOpening.Found.disk(Path.of("/x"), DiskStore.member(disks.get(alone), loop)));
            MirrorStore half = MirrorOpening.open(found, loop, Witness.NONE);
            assertThat(read(half, id, 4096)).isEqualTo(content);
        }
    }

    @Test
    void survivesAFailureAtEveryWrite() throws StoreException {
        for (int victim = 0; victim < 2; victim++) {
            for (long at = 1; at < 40; at++) {
                disks.clear();
                loop = new StepLoop();
                witness.saw(0, List.of());
                make(8, 8);
                FaultyDisk.Faults faults = new FaultyDisk.Faults();
                faults.failWriteAt = at;
                kill(faults, victim);
                MirrorStore store = open(0, 1);
                begin(store);
                List<Long> ids = new ArrayList<>();
                List<ByteBuffer> contents = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    ids.add(create(store));
                    contents.add(appended(store, ids.get(i), 4096));
                }
                delete(store, ids.get(3));
                boolean failed = faults.writes() >= at;
                MirrorStore again = reopen(0, 1);
                for (int i = 0; i < 3; i++) {
                    assertThat(read(again, ids.get(i), 4096)).isEqualTo(contents.get(i));
                    assertThat(again.copies(ids.get(i)))
                            .as("copies of %d after write %d of disk %d failed", i, at, victim)
                            .isEqualTo(failed ? 0b11 & ~(1 << victim) : 0b11);
                }
                assertThat(again.copies(ids.get(3))).isZero();
                if (failed) {
                    @Nullable String why = again.members().disk(victim).trouble();
                    assertThat(why).contains("missed changes");
                }
            }
        }
    }
}
