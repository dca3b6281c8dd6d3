package dev.sandstone.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.log.LogWorld.Found;
import dev.sandstone.engine.log.LogWorld.TestRecord;
import dev.sandstone.engine.loop.StepLoop;
import dev.sandstone.engine.store.DiskStore;
import dev.sandstone.engine.store.FaultyDisk;
import dev.sandstone.engine.store.FileIo;
import dev.sandstone.engine.store.LogStream;
import dev.sandstone.engine.store.MirrorStore;
import dev.sandstone.engine.store.RememberedWitness;
import dev.sandstone.engine.store.SegmentHeader;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.store.Superblock;
import dev.sandstone.engine.store.TestMirrors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** After recovery every copy has every record, also when an earlier recovery was interrupted anywhere. */
class CopyAgreementTest {
    private static final int SLOTS = 4;

    private final Random random = new Random(11);
    private final List<TestRecord> records = new ArrayList<>();
    private StepLoop loop = new StepLoop();
    private List<FaultyDisk> disks = new ArrayList<>();
    private RememberedWitness witness = new RememberedWitness();

    private record Source(StepLoop loop, SegmentStore store) implements SegmentSource {
        @Override
        public void open(LogStream stream, long firstLsn, long previous, Opened done) {
            SegmentHeader header = new SegmentHeader(
                    LogWorld.POOL, store.newId(), 0, stream, 0, 1, firstLsn, previous, loop.wallClockMicros(), 0);
            store.create(header, failure -> done.opened(failure == null ? header : null));
        }

        @Override
        public void appended(long segment, int payloadBytes, int logBytes, int roomBytes) {}

        @Override
        public void left(long segment) {}

        @Override
        public void sealed(SegmentSummary segment) {}
    }

    private MirrorStore open() throws StoreException {
        Map<String, FileIo> there = new LinkedHashMap<>();
        for (int i = 0; i < disks.size(); i++) {
            there.put("/disk" + i, disks.get(i));
        }
        return TestMirrors.open(there, loop, witness);
    }

    private void make() throws StoreException {
        List<UUID> ids = List.of(new UUID(3, 0), new UUID(3, 1));
        for (UUID id : ids) {
            long size = LogWorld.FIRST_SLOT + (long) SLOTS * LogWorld.SEGMENT + 2 * Superblock.BYTES;
            FaultyDisk disk = new FaultyDisk(loop, random, size, new FaultyDisk.Faults());
            DiskStore.format(disk, new DiskStore.Format(LogWorld.POOL, id, LogWorld.SEGMENT, ids, 2));
            disks.add(disk);
        }
    }

    /** Segments of two streams are open; the last record, under way at the end, is on the first disk only. */
    private void write() throws StoreException {
        MirrorStore store = open();
        store.updateSuperblockNow(store.superblock().with(new Superblock.Shard(0, 1, 1_000)));
        LogWriter writer = new LogWriter(loop, store, new Source(loop, store), new LogConfig(LogWorld.POOL, 0, 1, 0));
        for (int i = 0; i < 4; i++) {
            append(writer, LogStream.USER, TestRecord.data(random, 2));
            append(writer, LogStream.CLEAN1, TestRecord.relocation(random, 2));
        }
        loseOnTheSecondDisk(records.getLast());
    }

    private void append(LogWriter writer, LogStream stream, TestRecord record) {
        record.lsn = writer.append(stream, record);
        records.add(record);
        while (loop.step()) {
            // Each is a batch of its own.
        }
        assertThat(record.durable).isTrue();
    }

    private void loseOnTheSecondDisk(TestRecord record) {
        byte[] there = new byte[LogWorld.BLOCK];
        record.payload.get(0, there);
        FaultyDisk disk = disks.get(1);
        for (long at = LogWorld.FIRST_SLOT; at < disk.size(); at += LogWorld.BLOCK) {
            if (ByteBuffer.wrap(disk.peek(at, LogWorld.BLOCK)).equals(ByteBuffer.wrap(there))) {
                disk.poke(at, new byte[LogWorld.BLOCK]);
                return;
            }
        }
        throw new AssertionError("it is not there");
    }

    private void restart(List<FaultyDisk> from, FaultyDisk.Faults faults, int faulty) {
        loop = new StepLoop();
        disks = new ArrayList<>();
        for (int i = 0; i < from.size(); i++) {
            disks.add(from.get(i).copy(loop, i == faulty ? faults : new FaultyDisk.Faults()));
        }
    }

    private MirrorStore recover() throws StoreException {
        MirrorStore store = open();
        LogScanner scanner = new LogScanner(store, 0);
        Found found = new Found();
        scanner.scan(0, found);
        assertThat(found.damaged).isEmpty();
        assertThat(found.records).hasSameSizeAs(records);
        assertThat(found.sure).as("the last record is on one disk only").isLessThan(records.getLast().lsn);
        scanner.seal();
        Superblock.Shard shard = store.superblock().shard(0);
        store.updateSuperblockNow(
                store.superblock().with(new Superblock.Shard(0, shard.epoch() + 1, shard.segmentFloor())));
        return store;
    }

    @Test
    void anInterruptedRecoveryLeavesNoRecordOnOneDiskOnly() throws StoreException {
        make();
        write();
        List<FaultyDisk> torn = disks;
        long generation = witness.generation();
        int interrupted = 0;
        for (int disk = 0; disk < 2; disk++) {
            boolean crashed = true;
            for (int write = 1; crashed; write++) {
                FaultyDisk.Faults faults = new FaultyDisk.Faults();
                faults.crashAtWrite = write;
                witness = new RememberedWitness(generation);
                restart(torn, faults, disk);
                crashed = crashes();
                interrupted += crashed ? 1 : 0;
                restart(disks, new FaultyDisk.Faults(), -1);
                assertAgreed(recover(), "interrupted at write " + write + " of disk " + disk);
            }
        }
        assertThat(interrupted).isGreaterThan(8);
    }

    /** What nobody was told of is there or not; of what was acknowledged nothing is lost with the disk that had more. */
    @Test
    void anInterruptedRecoveryPromisesNothingThatOneDiskHasNot() throws StoreException {
        make();
        write();
        List<FaultyDisk> torn = disks;
        long generation = witness.generation();
        boolean crashed = true;
        for (int write = 1; crashed; write++) {
            FaultyDisk.Faults faults = new FaultyDisk.Faults();
            faults.crashAtWrite = write;
            witness = new RememberedWitness(generation);
            restart(torn, faults, 1);
            crashed = crashes();
            restart(List.of(disks.get(1)), new FaultyDisk.Faults(), -1);
            Found found = new Found();
            new LogScanner(open(), 0).scan(0, found);
            assertThat(found.damaged).as("interrupted at write %d", write).isEmpty();
            assertThat(found.lost).as("interrupted at write %d", write).isEmpty();
            assertThat(found.records).hasSizeGreaterThanOrEqualTo(records.size() - 1);
        }
    }

    private boolean crashes() throws StoreException {
        try {
            recover();
            return false;
        } catch (FaultyDisk.Crash killed) {
            return true;
        }
    }

    private void assertAgreed(MirrorStore store, String when) throws StoreException {
        for (TestRecord record : records) {
            long segment = Pointer.segment(record.pointer);
            assertThat(store.copies(segment)).as(when).isEqualTo(0b11);
            for (int copy = 0; copy < 2; copy++) {
                ByteBuffer there = ByteBuffer.allocateDirect(record.payload.remaining());
                store.readCopyNow(segment, copy, Pointer.grain(record.pointer) * Pointer.GRAIN_BYTES, there);
                assertThat(there)
                        .as("record %d on disk %d, %s", record.lsn, copy, when)
                        .isEqualTo(record.payload);
            }
        }
    }
}
