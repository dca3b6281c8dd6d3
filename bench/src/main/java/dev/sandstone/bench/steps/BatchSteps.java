package dev.sandstone.bench.steps;

import dev.sandstone.engine.log.LogConfig;
import dev.sandstone.engine.log.LogRecord;
import dev.sandstone.engine.log.LogWriter;
import dev.sandstone.engine.log.RecordType;
import dev.sandstone.engine.log.SegmentSource;
import dev.sandstone.engine.log.SegmentSummary;
import dev.sandstone.engine.store.Fields;
import dev.sandstone.engine.store.LogStream;
import dev.sandstone.engine.store.MemoryStore;
import dev.sandstone.engine.store.SegmentHeader;
import java.nio.ByteBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * A record of 4 KiB on its way into the log: checksum, copy into the batch, its head, and that it is told durable; the disk
 * is memory, to which the batch is copied once more.
 */
@State(Scope.Thread)
public class BatchSteps {
    private static final int BLOCK = 4096;
    private static final int SEGMENT_BYTES = 16 << 20;
    private static final int SEGMENTS = 8;
    private static final int GATHERED = 32;

    private final InlineLoop loop = new InlineLoop();
    private final MemoryStore store = new MemoryStore(loop, SEGMENT_BYTES, (long) SEGMENTS * SEGMENT_BYTES);
    private final LogWriter writer = new LogWriter(
            loop, store, new Source(store), new LogConfig(store.superblock().pool(), 0, 1, 0));
    private final Block[] records = new Block[GATHERED];

    public BatchSteps() {
        for (int i = 0; i < GATHERED; i++) {
            records[i] = new Block(i);
        }
    }

    /** One record in a batch. */
    @Benchmark
    public long alone() {
        records[0].append(writer);
        loop.runAll();
        return writer.ackedLsn();
    }

    /** Of 32 records in a batch each. */
    @Benchmark
    @OperationsPerInvocation(GATHERED)
    public long gathered() {
        for (Block block : records) {
            block.append(writer);
        }
        loop.runAll();
        return writer.ackedLsn();
    }

    /** Makes segments, and forgets full ones. */
    private record Source(MemoryStore store) implements SegmentSource {
        @Override
        public void open(LogStream stream, long firstLsn, long previous, Opened done) {
            SegmentHeader header = new SegmentHeader(
                    store.superblock().pool(), store.newId(), 0, stream, 0, 1, firstLsn, previous, 0, 0);
            store.create(header, failure -> done.opened(failure == null ? header : null));
        }

        @Override
        public void appended(long segment, int payloadBytes, int logBytes, int roomBytes) {
            // Nobody asks for the space.
        }

        @Override
        public void left(long segment) {}

        @Override
        public void sealed(SegmentSummary segment) {
            store.delete(segment.segment(), failure -> {});
        }
    }

    /** What a write of one block says. */
    private static final class Block implements LogRecord {
        private final ByteBuffer payload = ByteBuffer.allocateDirect(BLOCK);
        private final long block;
        private int checksum;

        Block(long block) {
            this.block = block;
        }

        void append(LogWriter log) {
            checksum = Fields.crc(payload, 0, BLOCK);
            log.append(LogStream.USER, this);
        }

        @Override
        public RecordType type() {
            return RecordType.DATA;
        }

        @Override
        public long lineage() {
            return 1;
        }

        @Override
        public long block() {
            return block;
        }

        @Override
        public int blocks() {
            return 1;
        }

        @Override
        public long birth() {
            return 0;
        }

        @Override
        public int payloadBytes() {
            return BLOCK;
        }

        @Override
        public void putPayload(ByteBuffer dst) {
            dst.put(dst.position(), payload, 0, BLOCK);
            dst.position(dst.position() + BLOCK);
        }

        @Override
        public int checksum(int index) {
            return checksum;
        }

        @Override
        public void durable(long lsn, long pointer) {
            // Nobody waits for it.
        }

        @Override
        public void failed(long lsn) {
            throw new IllegalStateException("memory does not fail");
        }
    }
}
