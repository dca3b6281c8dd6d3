package dev.sandstone.engine.store;

import dev.sandstone.engine.loop.StepLoop;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A disk that keeps what it must and nothing more.
 *
 * <p>Faults that a pool on one disk must survive without a wrong answer: a crash keeps each 512-byte sector of a write
 * under way or not, in any combination; writes under way end in any order; any I/O may fail; space may run out when it
 * is allocated. The test may flip bits and exchange blocks besides.
 *
 * <p>The medium outlives a crash: {@link #reopen} gives a new handle on it.
 */
public final class FaultyDisk implements FileIo {
    /** What is written at once or not at all. */
    public static final int SECTOR = 512;

    private static final int CHUNK = 64 << 10;
    private static final long MAX_LATENCY_NANOS = 200_000;

    private final Map<Long, byte[]> chunks;
    private final List<Write> underWay = new ArrayList<>();
    private final Random random;
    private final StepLoop loop;
    private final Faults faults;
    private long size;
    private boolean dead;

    /** When I/O fails; counted over the disk's life. */
    public static final class Faults {
        private long reads;
        private long writes;
        private long allocations;
        /** The write of this number fails, and all later ones. */
        public long failWriteAt = Long.MAX_VALUE;
        /** The read of this number fails, alone. */
        public long failReadAt = Long.MAX_VALUE;
        /** The allocation of this number finds no space, and all later ones. */
        public long failAllocationAt = Long.MAX_VALUE;
        /** The process is killed, by {@link Crash}, as the write of this number is begun. */
        public long crashAtWrite = Long.MAX_VALUE;
        /** Whether it would be found again. */
        public boolean named = true;
        /** Whether a failed write leaves some of its sectors behind. */
        public boolean failedWritesTear = true;

        public long reads() {
            return reads;
        }

        public long writes() {
            return writes;
        }

        public long allocations() {
            return allocations;
        }
    }

    private record Write(long offset, byte[] bytes) {}

    /** The process is killed here. */
    public static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Crash() {
            super("killed by the simulation", null, false, false);
        }
    }

    /** A new, empty disk. */
    public FaultyDisk(StepLoop loop, Random random, long size, Faults faults) {
        this(loop, random, size, faults, new HashMap<>());
    }

    private FaultyDisk(StepLoop loop, Random random, long size, Faults faults, Map<Long, byte[]> chunks) {
        this.loop = loop;
        this.random = random;
        this.size = size;
        this.faults = faults;
        this.chunks = chunks;
    }

    /** Power is cut: of each write under way some sectors are there. Nothing calls back any more. */
    public void crash() {
        for (Write write : underWay) {
            tear(write);
        }
        underWay.clear();
        dead = true;
    }

    /** The same medium, used by another loop and with other faults. */
    public FaultyDisk reopen(StepLoop next, Faults nextFaults) {
        return new FaultyDisk(next, random, size, nextFaults, chunks);
    }

    /** The same content on a medium of its own. */
    public FaultyDisk copy(StepLoop next, Faults nextFaults) {
        Map<Long, byte[]> copies = new HashMap<>();
        chunks.forEach((at, bytes) -> copies.put(at, bytes.clone()));
        return new FaultyDisk(next, random, size, nextFaults, copies);
    }

    /** What goes wrong with it; may be changed at any time. */
    public Faults faults() {
        return faults;
    }

    /** Exclusive-ors a byte of the medium. */
    public void flip(long offset, int mask) {
        chunk(offset)[(int) (offset % CHUNK)] ^= (byte) mask;
    }

    /** Overwrites part of the medium behind everybody's back. */
    public void poke(long offset, byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            chunk(offset + i)[(int) ((offset + i) % CHUNK)] = bytes[i];
        }
    }

    /** Takes everything behind this away. */
    public void cut(long bytes) {
        poke(bytes, new byte[(int) (size - bytes)]);
        size = bytes;
    }

    /** What is on the medium. */
    public byte[] peek(long offset, int length) {
        byte[] bytes = new byte[length];
        for (int done = 0; done < length; ) {
            int inChunk = (int) ((offset + done) % CHUNK);
            int run = Math.min(length - done, CHUNK - inChunk);
            System.arraycopy(chunk(offset + done), inChunk, bytes, done, run);
            done += run;
        }
        return bytes;
    }

    private byte[] chunk(long offset) {
        return chunks.computeIfAbsent(offset / CHUNK, at -> new byte[CHUNK]);
    }

    private void tear(Write write) {
        int keep = random.nextInt(4);
        for (int at = 0; at < write.bytes.length; at += SECTOR) {
            boolean kept = keep == 0 || (keep > 1 && random.nextBoolean());
            if (kept) {
                store(write.offset + at, write.bytes, at, SECTOR);
            }
        }
    }

    private void store(long offset, byte[] bytes, int from, int length) {
        for (int done = 0; done < length; ) {
            int inChunk = (int) ((offset + done) % CHUNK);
            int run = Math.min(length - done, CHUNK - inChunk);
            System.arraycopy(bytes, from + done, chunk(offset + done), inChunk, run);
            done += run;
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void growNow(long bytes) {
        size = bytes;
    }

    @Override
    public boolean tryRead(long offset, ByteBuffer dst) {
        if (random.nextInt(3) == 0) {
            return false;
        }
        fill(offset, dst);
        return true;
    }

    private void fill(long offset, ByteBuffer dst) {
        dst.put(dst.position(), peek(offset, dst.remaining()));
    }

    @Override
    public void read(long offset, ByteBuffer dst, StoreDone done) {
        StoreException failure = readFailure(offset);
        later(() -> {
            if (failure == null) {
                fill(offset, dst);
            }
            done.done(failure);
        });
    }

    @Override
    public void write(long offset, ByteBuffer src, StoreDone done) {
        Write write = new Write(offset, bytes(src));
        boolean fails = ++faults.writes >= faults.failWriteAt;
        underWay.add(write);
        crashWhenDue();
        later(() -> {
            underWay.remove(write);
            if (fails) {
                failWrite(write);
            } else {
                store(write.offset, write.bytes, 0, write.bytes.length);
            }
            done.done(fails ? eio("write") : null);
        });
    }

    private void crashWhenDue() {
        if (faults.writes == faults.crashAtWrite) {
            crash();
            throw new Crash();
        }
    }

    private void failWrite(Write write) {
        if (faults.failedWritesTear) {
            tear(write);
        }
    }

    @Override
    public void allocate(long offset, long bytes, StoreDone done) {
        boolean fails = ++faults.allocations >= faults.failAllocationAt;
        later(() -> done.done(
                fails ? new StoreException(StoreException.Kind.NO_SPACE, "the simulated disk is full") : null));
    }

    @Override
    public void forget(long offset, long bytes) {
        // There is no cache.
    }

    @Override
    public void readNow(long offset, ByteBuffer dst) throws StoreException {
        StoreException failure = readFailure(offset);
        if (failure != null) {
            throw failure;
        }
        fill(offset, dst);
    }

    private @Nullable StoreException readFailure(long offset) {
        return ++faults.reads == faults.failReadAt ? eio("read at " + offset) : null;
    }

    @Override
    public void writeNow(long offset, ByteBuffer src) throws StoreException {
        Write write = new Write(offset, bytes(src));
        if (++faults.writes >= faults.failWriteAt) {
            failWrite(write);
            throw eio("write");
        }
        underWay.add(write);
        crashWhenDue();
        underWay.remove(write);
        store(offset, write.bytes, 0, write.bytes.length);
    }

    private static StoreException eio(String what) {
        return new StoreException(StoreException.Kind.IO, "the simulated disk failed a " + what);
    }

    private static byte[] bytes(ByteBuffer src) {
        if (!src.isDirect()) {
            throw new IllegalArgumentException("file I/O needs a direct buffer");
        }
        byte[] bytes = new byte[src.remaining()];
        src.get(src.position(), bytes);
        return bytes;
    }

    private void later(Runnable completion) {
        loop.schedule(
                () -> {
                    if (!dead) {
                        completion.run();
                    }
                },
                random.nextLong(MAX_LATENCY_NANOS));
    }

    @Override
    public Standing standingNow() {
        return new Standing(size, faults.named);
    }

    @Override
    public String describe() {
        return "simulated";
    }

    @Override
    public void close() {
        dead = true;
    }
}
