package dev.sandstone.engine.sim;

import dev.sandstone.engine.store.FileIo;
import dev.sandstone.engine.store.StoreDone;
import dev.sandstone.engine.store.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One life of a disk, from power on to power loss, below the real code for disk images.
 *
 * <p>Faults that a promise survives: a write not yet called back may at a crash be there, be absent, or be there in any
 * of its sectors; writes end in any order; a write or read may fail, a failed write leaving any of its sectors; the file
 * system may lack space; a read may once give wrong bits, until the cache forgets them.
 */
final class SimDisk implements FileIo {
    private final SimMedium medium;
    private final SimLoop loop;
    private final Random random;
    private final SimFaults faults;
    private final List<Write> pending = new ArrayList<>();
    private boolean dead;

    SimDisk(SimMedium medium, SimLoop loop, Random random, SimFaults faults) {
        this.medium = medium;
        this.loop = loop;
        this.random = random;
        this.faults = faults;
    }

    private record Write(long offset, ByteBuffer lent, byte[] copy) {
        int sectors() {
            return copy.length / SimMedium.SECTOR;
        }
    }

    /** Power is lost: of each write under way any part survives, as the tear says. */
    void crash(Tear tear) {
        dead = true;
        for (Write write : pending) {
            tear(write, tear);
        }
        pending.clear();
    }

    private void tear(Write write, Tear tear) {
        for (int i = 0; i < write.sectors(); i++) {
            if (tear.keeps(i, write.sectors(), random)) {
                medium.writeSector(write.offset, write.copy, i);
            }
        }
    }

    private void alive() {
        if (dead) {
            throw new SimCrash();
        }
    }

    @Override
    public long size() {
        return medium.size();
    }

    @Override
    public void growNow(long size) throws StoreException {
        throw new StoreException(StoreException.Kind.NO_SPACE, "a simulated disk does not grow");
    }

    @Override
    public boolean tryRead(long offset, ByteBuffer dst) {
        alive();
        faults.look();
        boolean cached = random.nextInt(3) == 0;
        if (cached) {
            fill(offset, dst);
        }
        return cached;
    }

    @Override
    public void read(long offset, ByteBuffer dst, StoreDone done) {
        alive();
        faults.look();
        StoreException failure = faults.onRead();
        after(() -> {
            if (failure == null) {
                fill(offset, dst);
            }
            done.done(failure);
        });
    }

    private void fill(long offset, ByteBuffer dst) {
        medium.read(offset, dst);
        for (Write write : pending) {
            overlay(write, offset, dst);
        }
        int wrong = faults.wrongByte(dst.remaining());
        if (wrong >= 0) {
            int at = dst.position() + wrong;
            dst.put(at, (byte) (dst.get(at) ^ 0x10));
        }
    }

    /** What is being written may be read already, or not. */
    private void overlay(Write write, long offset, ByteBuffer dst) {
        for (int i = 0; i < write.sectors(); i++) {
            long at = write.offset + (long) i * SimMedium.SECTOR - offset;
            if (at >= 0 && at + SimMedium.SECTOR <= dst.remaining() && random.nextBoolean()) {
                dst.put(dst.position() + (int) at, write.copy, i * SimMedium.SECTOR, SimMedium.SECTOR);
            }
        }
    }

    @Override
    public void write(long offset, ByteBuffer src, StoreDone done) {
        alive();
        Write write = begin(offset, src);
        pending.add(write);
        if (faults.crashNow()) {
            throw loop.lost();
        }
        StoreException failure = faults.onWrite();
        after(() -> {
            pending.remove(write);
            end(write, failure);
            done.done(failure);
        });
    }

    private static Write begin(long offset, ByteBuffer src) {
        if (offset % 4096 != 0 || src.remaining() % 4096 != 0 || !src.isDirect()) {
            throw new SimProblem(
                    "a write of " + src.remaining() + " bytes at " + offset + " is not aligned, or not direct");
        }
        byte[] copy = new byte[src.remaining()];
        src.get(src.position(), copy);
        return new Write(offset, src.duplicate(), copy);
    }

    private void end(Write write, @Nullable StoreException failure) {
        byte[] now = new byte[write.copy.length];
        write.lent.get(write.lent.position(), now);
        if (!Arrays.equals(now, write.copy)) {
            throw new SimProblem("the buffer of a write at " + write.offset + " was changed while it was lent");
        }
        if (failure == null) {
            medium.write(write.offset, write.copy);
        } else {
            tear(write, Tear.ANY);
        }
    }

    @Override
    public void allocate(long offset, long bytes, StoreDone done) {
        alive();
        StoreException failure = faults.onAllocate();
        after(() -> done.done(failure));
    }

    @Override
    public void forget(long offset, long bytes) {
        faults.forget();
    }

    @Override
    public void readNow(long offset, ByteBuffer dst) throws StoreException {
        alive();
        StoreException failure = faults.onRead();
        if (failure != null) {
            throw failure;
        }
        fill(offset, dst);
    }

    @Override
    public void writeNow(long offset, ByteBuffer src) throws StoreException {
        alive();
        Write write = begin(offset, src);
        if (faults.crashNow()) {
            pending.add(write);
            throw loop.lost();
        }
        StoreException failure = faults.onWrite();
        end(write, failure);
        if (failure != null) {
            throw failure;
        }
    }

    private void after(Runnable completion) {
        loop.schedule(completion, faults.delayNanos());
    }

    @Override
    public Standing standingNow() {
        return new Standing(medium.size(), true);
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
