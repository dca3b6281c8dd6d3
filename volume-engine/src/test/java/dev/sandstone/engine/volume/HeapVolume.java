package dev.sandstone.engine.volume;

import dev.sandstone.engine.loop.ShardLoop;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A volume in a byte array, for tests of what stands above the engine.
 *
 * <p>Operations complete at once, or when the test says ({@link #hold}, {@link #release}); they touch data and buffers at the
 * moment they complete, so a buffer given away too early is seen. The next operations can be made to fail.
 */
public final class HeapVolume implements Volume {
    private static final int BLOCK = VolumeSpec.BLOCK_BYTES;

    private final VolumeId id;
    private final ShardLoop loop;
    private final List<Held> held = new ArrayList<>();
    private final List<Failure> failures = new ArrayList<>();
    private final List<String> journal = new ArrayList<>();
    private final Map<Integer, byte[]> annexes = new HashMap<>();
    private volatile byte[] bytes;
    private volatile WritePolicy policy = WritePolicy.DURABLE;
    private boolean holding;
    private boolean throwing;
    private long mostShared;

    public HeapVolume(ShardLoop loop, int blocks) {
        this(loop, blocks, new VolumeId(new UUID(0x1122334455667788L, 0x99AABBCCDDEEFF00L)));
    }

    public HeapVolume(ShardLoop loop, int blocks, VolumeId id) {
        this.id = id;
        this.loop = loop;
        this.bytes = new byte[blocks * BLOCK];
    }

    @Override
    public VolumeId id() {
        return id;
    }

    @Override
    public ShardLoop loop() {
        return loop;
    }

    @Override
    public long blocks() {
        return bytes.length / BLOCK;
    }

    @Override
    public WritePolicy writePolicy() {
        return policy;
    }

    public void writePolicy(WritePolicy value) {
        policy = value;
    }

    public void resize(int blocks) {
        bytes = Arrays.copyOf(bytes, blocks * BLOCK);
    }

    /** The contents themselves: 512 bytes a block. */
    public byte[] bytes() {
        return bytes;
    }

    /** Other contents, maybe of another size. */
    public void become(byte[] contents) {
        bytes = contents;
    }

    /** From now on operations wait for {@link #release}. */
    public void hold() {
        holding = true;
    }

    /** How many operations wait. */
    public int held() {
        return held.size();
    }

    /** Completes the n-th waiting operation. */
    public void release(int n) {
        Held operation = held.remove(n);
        operation.complete();
    }

    /** Completes all waiting operations, and those that follow at once. */
    public void releaseAll() {
        holding = false;
        while (!held.isEmpty()) {
            release(0);
        }
    }

    /** From now on at most so many blocks of each share are shared; at first none are. */
    public void share(long most) {
        mostShared = most;
    }

    /** The next operation that begins ends so, without effect. */
    public void failNext(EngineStatus status, long detail) {
        failures.add(new Failure(status, detail));
    }

    /** The next operation throws instead of beginning. */
    public void throwNext() {
        throwing = true;
    }

    /** Forgets failures that nothing has met yet. */
    public void heal() {
        failures.clear();
    }

    /** What was asked for since the last call, e.g. {@code write 8+16 fua}, {@code flush}. */
    public List<String> takeJournal() {
        List<String> lines = List.copyOf(journal);
        journal.clear();
        return lines;
    }

    @Override
    public void read(long lba, ByteBuffer dst, Completion done) {
        start("read " + extent(lba, dst), done, () -> inside(lba, dst) ? get(lba, dst) : EngineStatus.OUT_OF_RANGE);
    }

    @Override
    public void write(long lba, ByteBuffer src, boolean fua, Completion done) {
        start("write " + extent(lba, src) + (fua ? " fua" : ""), done, () -> put(lba, src));
    }

    @Override
    public void compareAndWrite(long lba, ByteBuffer expected, ByteBuffer replacement, boolean fua, Completion done) {
        journal.add("compareAndWrite " + extent(lba, expected) + (fua ? " fua" : ""));
        begin(new Held(done, takeFailure(), () -> {
            if (!inside(lba, expected) || expected.remaining() != replacement.remaining()) {
                return new Failure(EngineStatus.OUT_OF_RANGE, 0);
            }
            int difference = ByteBuffer.wrap(bytes, Math.toIntExact(lba * BLOCK), expected.remaining())
                    .mismatch(expected.duplicate());
            return difference >= 0
                    ? new Failure(EngineStatus.MISCOMPARE, difference)
                    : new Failure(put(lba, replacement), 0);
        }));
    }

    @Override
    public void unmap(List<BlockRange> ranges, Completion done) {
        start("unmap " + ranges.stream().map(HeapVolume::extent).toList(), done, () -> {
            EngineStatus status = EngineStatus.OK;
            for (BlockRange range : ranges) {
                status = status == EngineStatus.OK ? zero(range) : status;
            }
            return status;
        });
    }

    @Override
    public void writeZeros(BlockRange range, boolean fua, Completion done) {
        start("writeZeros " + extent(range) + (fua ? " fua" : ""), done, () -> zero(range));
    }

    /** Has its place at once, and its effect at its end: in the order of their places, if they are released in it. */
    @Override
    public void share(Volume source, long sourceLba, BlockRange range, LongConsumer placed, Completion done) {
        long blocks = Math.min(range.blocks(), mostShared);
        if (blocks == 0) {
            done.done(EngineStatus.OK, 0);
            return;
        }
        journal.add("share " + sourceLba + "+" + blocks + " at " + range.lba());
        Failure failure = takeFailure();
        boolean refused = failure.status == EngineStatus.BUSY || failure.status == EngineStatus.SPACE_EXHAUSTED;
        if (refused) {
            done.done(failure.status, failure.detail);
            return;
        }
        begin(new Held(done, failure, () -> {
            byte[] from = ((HeapVolume) source).bytes;
            System.arraycopy(
                    from,
                    Math.toIntExact(sourceLba * BLOCK),
                    bytes,
                    Math.toIntExact(range.lba() * BLOCK),
                    Math.toIntExact(blocks * BLOCK));
            return new Failure(EngineStatus.OK, blocks);
        }));
        placed.accept(blocks);
    }

    /** Blocks of 4 KiB that are all zeros count as not mapped. */
    @Override
    public void extents(BlockRange range, List<ExtentStatus> into, int most, Completion done) {
        start("extents " + extent(range), done, () -> {
            if (range.end() > blocks()) {
                return EngineStatus.OUT_OF_RANGE;
            }
            for (long lba = range.lba(); lba < range.end() && into.size() <= most; lba = (lba / 8 + 1) * 8) {
                boolean mapped = mapped(lba / 8);
                long end = Math.min(range.end(), (lba / 8 + 1) * 8);
                ExtentStatus last = into.isEmpty() ? null : into.get(into.size() - 1);
                if (last != null && last.mapped() == mapped) {
                    into.set(into.size() - 1, new ExtentStatus(last.lba(), end - last.lba(), mapped));
                } else {
                    into.add(new ExtentStatus(lba, end - lba, mapped));
                }
            }
            while (into.size() > most) {
                into.remove(into.size() - 1);
            }
            return EngineStatus.OK;
        });
    }

    private boolean mapped(long block) {
        for (int at = Math.toIntExact(block * 4096); at < Math.min(bytes.length, (block + 1) * 4096); at++) {
            if (bytes[at] != 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    public byte @Nullable [] annex(int kind) {
        byte[] kept = annexes.get(kind);
        return kept == null ? null : kept.clone();
    }

    @Override
    public void keepAnnex(int kind, byte[] kept, Completion done) {
        start("keepAnnex " + kind, done, () -> {
            annexes.put(kind, kept.clone());
            return EngineStatus.OK;
        });
    }

    @Override
    public void flush(Completion done) {
        start("flush", done, () -> EngineStatus.OK);
    }

    private void start(String line, Completion done, Supplier<EngineStatus> effect) {
        journal.add(line);
        begin(new Held(done, takeFailure(), () -> new Failure(effect.get(), 0)));
    }

    private void begin(Held operation) {
        if (!loop.inLoop()) {
            throw new IllegalStateException("not on the volume's loop");
        }
        if (throwing) {
            throwing = false;
            throw new IllegalArgumentException("thrown for the test");
        }
        if (holding) {
            held.add(operation);
        } else {
            operation.complete();
        }
    }

    private Failure takeFailure() {
        return failures.isEmpty() ? new Failure(EngineStatus.OK, 0) : failures.remove(0);
    }

    private EngineStatus get(long lba, ByteBuffer dst) {
        dst.duplicate().put(bytes, Math.toIntExact(lba * BLOCK), dst.remaining());
        return EngineStatus.OK;
    }

    private EngineStatus put(long lba, ByteBuffer src) {
        if (!inside(lba, src)) {
            return EngineStatus.OUT_OF_RANGE;
        }
        src.duplicate().get(bytes, Math.toIntExact(lba * BLOCK), src.remaining());
        return EngineStatus.OK;
    }

    private EngineStatus zero(BlockRange range) {
        if (range.end() > blocks()) {
            return EngineStatus.OUT_OF_RANGE;
        }
        Arrays.fill(bytes, Math.toIntExact(range.lba() * BLOCK), Math.toIntExact(range.end() * BLOCK), (byte) 0);
        return EngineStatus.OK;
    }

    private boolean inside(long lba, ByteBuffer data) {
        if (!data.isDirect() || data.remaining() % BLOCK != 0) {
            throw new IllegalArgumentException("buffers are direct and hold whole blocks: " + data);
        }
        return lba >= 0 && lba <= blocks() - data.remaining() / BLOCK;
    }

    private static String extent(long lba, ByteBuffer data) {
        return lba + "+" + data.remaining() / BLOCK;
    }

    private static String extent(BlockRange range) {
        return range.lba() + "+" + range.blocks();
    }

    private record Failure(EngineStatus status, long detail) {}

    private record Held(Completion done, Failure failure, Supplier<Failure> effect) {
        void complete() {
            Failure end = failure.status == EngineStatus.OK ? effect.get() : failure;
            done.done(end.status, end.detail);
        }
    }
}
