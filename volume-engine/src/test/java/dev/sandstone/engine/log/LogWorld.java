package dev.sandstone.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.loop.StepLoop;
import dev.sandstone.engine.store.DiskStore;
import dev.sandstone.engine.store.FaultyDisk;
import dev.sandstone.engine.store.Fields;
import dev.sandstone.engine.store.LogStream;
import dev.sandstone.engine.store.SegmentHeader;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.store.Superblock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A log on a simulated disk, its writer, what was told of it, and its reopening. */
final class LogWorld {
    static final int SEGMENT = 256 << 10;
    static final int BLOCK = SegmentStore.BLOCK_BYTES;
    static final int FIRST_SLOT = 64 << 10;
    static final UUID POOL = new UUID(77, 88);

    /** So many ids are given away already, that none need be reserved meanwhile. */
    private static final long IDS = 1_000_000;

    final Random random;
    final List<TestRecord> records = new ArrayList<>();
    final List<SegmentSummary> sealed = new ArrayList<>();
    FaultyDisk.Faults faults = new FaultyDisk.Faults();
    StepLoop loop = new StepLoop();
    FaultyDisk disk;
    SegmentStore store;
    LogWriter writer;
    int epoch;

    LogWorld(long seed, int segments) throws StoreException {
        random = new Random(seed);
        long size = FIRST_SLOT + (long) segments * SEGMENT + 2 * Superblock.BYTES;
        disk = new FaultyDisk(loop, random, size, faults);
        DiskStore.format(disk, new DiskStore.Format(POOL, new UUID(5, 5), SEGMENT));
        store = DiskStore.open(disk, loop, POOL);
        epoch = 1;
        store.updateSuperblockNow(store.superblock().with(new Superblock.Shard(0, epoch, IDS)));
        writer = new LogWriter(loop, store, new Source(), new LogConfig(POOL, 0, epoch, 0));
    }

    /** Makes segments in order. */
    final class Source implements SegmentSource {
        @Override
        public void open(LogStream stream, long firstLsn, long previous, Opened done) {
            SegmentHeader header = new SegmentHeader(
                    POOL, store.newId(), 0, stream, 0, epoch, firstLsn, previous, loop.wallClockMicros(), 0);
            store.create(header, failure -> done.opened(failure == null ? header : null));
        }

        @Override
        public void appended(long segment, int payloadBytes, int logBytes, int roomBytes) {
            assertThat(payloadBytes).isNotNegative();
            assertThat(logBytes).isGreaterThan(payloadBytes);
            assertThat(roomBytes).isNotNegative();
        }

        @Override
        public void left(long segment) {}

        @Override
        public void sealed(SegmentSummary segment) {
            assertThat(segment.lastLsn()).isLessThanOrEqualTo(writer.ackedLsn());
            sealed.add(segment);
        }
    }

    /** A record with random content that knows what became of it. */
    static final class TestRecord implements LogRecord {
        final RecordType type;
        final long block;
        final int blocks;
        final ByteBuffer payload;
        final long birth;
        long lsn;
        boolean durable;
        boolean failed;
        long pointer;

        @Nullable
        Runnable onDurable;

        TestRecord(RecordType type, long block, int blocks, ByteBuffer payload, long birth) {
            this.type = type;
            this.block = block;
            this.blocks = blocks;
            this.payload = payload;
            this.birth = birth;
        }

        static TestRecord data(Random random, int blocks) {
            return new TestRecord(RecordType.DATA, random.nextInt(1000), blocks, bytes(random, blocks * BLOCK), 0);
        }

        static ByteBuffer bytes(Random random, int size) {
            byte[] content = new byte[size];
            random.nextBytes(content);
            return ByteBuffer.allocateDirect(size).put(content).flip();
        }

        static TestRecord relocation(Random random, int blocks) {
            ByteBuffer payload = bytes(random, blocks * BLOCK);
            return new TestRecord(RecordType.RELOC, random.nextInt(1000), blocks, payload, 1);
        }

        static TestRecord any(Random random) {
            return switch (random.nextInt(8)) {
                case 0 ->
                    new TestRecord(RecordType.UNMAP, random.nextInt(1000), random.nextInt(5000), bytes(random, 0), 0);
                case 1 -> new TestRecord(RecordType.CONFIG, 0, 0, bytes(random, random.nextInt(4097)), 0);
                case 2 -> relocation(random, 1 + random.nextInt(3));
                case 3 -> data(random, 1 + random.nextInt(40));
                default -> data(random, 1 + random.nextInt(3));
            };
        }

        @Override
        public RecordType type() {
            return type;
        }

        @Override
        public long lineage() {
            return 5;
        }

        @Override
        public long block() {
            return block;
        }

        @Override
        public int blocks() {
            return blocks;
        }

        @Override
        public long birth() {
            return birth;
        }

        @Override
        public int payloadBytes() {
            return payload.remaining();
        }

        @Override
        public void putPayload(ByteBuffer dst) {
            dst.put(payload.duplicate());
        }

        @Override
        public int checksum(int index) {
            return Fields.crc(payload, index * BLOCK, (index + 1) * BLOCK);
        }

        @Override
        public void durable(long told, long at) {
            assertThat(durable || failed).as("told twice").isFalse();
            assertThat(told).isEqualTo(lsn);
            durable = true;
            pointer = at;
            if (onDurable != null) {
                onDurable.run();
            }
        }

        @Override
        public void failed(long told) {
            assertThat(durable || failed).as("told twice").isFalse();
            failed = true;
        }
    }

    TestRecord append(LogStream stream, TestRecord record) {
        long before = writer.lastLsn();
        record.lsn = before + 1;
        long lsn = writer.append(stream, record);
        if (lsn != 0) {
            assertThat(lsn).isEqualTo(before + 1);
            records.add(record);
        }
        return record;
    }

    void runAll() {
        while (loop.step()) {
            assertTold();
        }
    }

    /** Durable ones are a prefix. */
    void assertTold() {
        boolean all = true;
        for (TestRecord record : records) {
            assertThat(record.durable && !all)
                    .as("record " + record.lsn + " told before an earlier one")
                    .isFalse();
            all &= record.durable;
        }
    }

    long lastDurable() {
        long last = 0;
        for (TestRecord record : records) {
            last = record.durable ? record.lsn : last;
        }
        return last;
    }

    /** What the recovery walk hands out. */
    static final class Found implements ScanSink {
        final List<RecordDescriptor> records = new ArrayList<>();
        final List<byte[]> payloads = new ArrayList<>();
        final List<Long> damaged = new ArrayList<>();
        final List<Integer> damagedBlocks = new ArrayList<>();
        final List<long[]> lost = new ArrayList<>();
        long sure;
        long last;

        @Override
        public void sure(long lsn) {
            assertThat(records).as("before any record").isEmpty();
            sure = lsn;
        }

        private void next(long first, long end) {
            assertThat(first).as("LSNs dense and in order").isEqualTo(last + 1);
            last = end;
        }

        @Override
        public void record(RecordDescriptor record, @Nullable ByteBuffer payload) {
            next(record.lsn(), record.lsn());
            records.add(record);
            byte[] bytes = new byte[payload == null ? 0 : payload.remaining()];
            if (payload != null) {
                payload.get(bytes);
            }
            payloads.add(bytes);
        }

        @Override
        public void damaged(RecordDescriptor record, BitSet bad) {
            next(record.lsn(), record.lsn());
            assertThat(bad.isEmpty()).isFalse();
            damaged.add(record.lsn());
            damagedBlocks.add(bad.cardinality());
        }

        @Override
        public void lost(long firstLsn, long lastLsn) {
            next(firstLsn, lastLsn);
            lost.add(new long[] {firstLsn, lastLsn});
        }
    }

    /** What a walk over this disk finds, without changing it. */
    static ScanReport scan(FaultyDisk disk, StepLoop loop, long applied, Found found) throws StoreException {
        found.last = applied;
        SegmentStore store = DiskStore.open(disk, loop, POOL);
        ScanReport report = new LogScanner(store, 0).scan(applied, found);
        assertThat(found.last).isEqualTo(report.lastLsn());
        return report;
    }

    /** Kills the process and opens again: walk, seal, next epoch. */
    Found reopen() throws StoreException {
        disk.crash();
        return open(disk);
    }

    Found open(FaultyDisk medium) throws StoreException {
        loop.crash();
        loop = new StepLoop();
        faults = new FaultyDisk.Faults();
        disk = medium.reopen(loop, faults);
        store = DiskStore.open(disk, loop, POOL);
        Found found = new Found();
        LogScanner scanner = new LogScanner(store, 0);
        ScanReport report = scanner.scan(0, found);
        scanner.seal();
        epoch = store.superblock().shard(0).epoch() + 1;
        Superblock.Shard shard = store.superblock().shard(0);
        store.updateSuperblockNow(store.superblock().with(new Superblock.Shard(0, epoch, shard.segmentFloor())));
        records.removeIf(record -> record.lsn > report.lastLsn());
        writer = new LogWriter(loop, store, new Source(), new LogConfig(POOL, 0, epoch, report.lastLsn()));
        return found;
    }

    /** Each record that is left was found as it was written. */
    void assertFound(Found found) {
        assertThat(found.records).hasSameSizeAs(records);
        for (int i = 0; i < records.size(); i++) {
            assertSame(found.records.get(i), found.payloads.get(i), records.get(i));
        }
    }

    /** What was found is durable from now on, told or not. */
    void adopt(Found found) {
        for (int i = 0; i < records.size(); i++) {
            records.get(i).durable = true;
            records.get(i).pointer = found.records.get(i).pointer();
        }
    }

    void assertSame(RecordDescriptor found, byte[] bytes, TestRecord wanted) {
        assertThat(found.lsn()).isEqualTo(wanted.lsn);
        assertThat(found.type()).isEqualTo(wanted.type);
        assertThat(found.lineage()).isEqualTo(5);
        assertThat(found.payloadBytes()).isEqualTo(wanted.payload.remaining());
        if (wanted.type.aboutBlocks()) {
            assertThat(found.block()).isEqualTo(wanted.block);
            assertThat(found.blocks()).isEqualTo(wanted.blocks);
        } else {
            assertThat(ByteBuffer.wrap(bytes)).isEqualTo(wanted.payload);
        }
        assertThat(found.birth()).isEqualTo(wanted.type == RecordType.RELOC ? wanted.birth : wanted.lsn);
        if (wanted.type.carriesBlocks()) {
            if (wanted.durable) {
                assertThat(found.pointer()).isEqualTo(wanted.pointer);
            }
            assertThat(read(found.pointer(), wanted.payload.remaining())).isEqualTo(wanted.payload);
        }
    }

    ByteBuffer read(long pointer, int size) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(size);
        try {
            store.readNow(Pointer.segment(pointer), Pointer.grain(pointer) * Pointer.GRAIN_BYTES, bytes);
        } catch (StoreException e) {
            throw new AssertionError(e);
        }
        return bytes;
    }
}
