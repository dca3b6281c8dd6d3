package dev.sandstone.engine.volume;

import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.store.FileIo;
import dev.sandstone.engine.store.StoreDone;
import dev.sandstone.engine.store.StoreException;
import java.nio.ByteBuffer;

/** A file as a disk that is pulled out at some time: from then on every operation fails. */
final class PulledDisk implements FileIo {
    private final FileIo file;
    private final ShardLoop loop;
    private volatile boolean pulled;

    PulledDisk(FileIo file, ShardLoop loop) {
        this.file = file;
        this.loop = loop;
    }

    void pull() {
        pulled = true;
    }

    private static StoreException gone() {
        return new StoreException(StoreException.Kind.IO, "the disk was pulled out");
    }

    private void there() throws StoreException {
        if (pulled) {
            throw gone();
        }
    }

    /** What was under way when the disk was pulled out may have been done and is reported as failed. */
    private StoreDone answer(StoreDone done) {
        return failure -> done.done(pulled ? gone() : failure);
    }

    @Override
    public long size() throws StoreException {
        there();
        return file.size();
    }

    @Override
    public void growNow(long size) throws StoreException {
        there();
        file.growNow(size);
    }

    @Override
    public boolean tryRead(long offset, ByteBuffer dst) {
        return !pulled && file.tryRead(offset, dst);
    }

    @Override
    public void read(long offset, ByteBuffer dst, StoreDone done) {
        if (pulled) {
            loop.execute(() -> done.done(gone()));
        } else {
            file.read(offset, dst, answer(done));
        }
    }

    @Override
    public void write(long offset, ByteBuffer src, StoreDone done) {
        if (pulled) {
            loop.execute(() -> done.done(gone()));
        } else {
            file.write(offset, src, answer(done));
        }
    }

    @Override
    public void allocate(long offset, long bytes, StoreDone done) {
        if (pulled) {
            loop.execute(() -> done.done(gone()));
        } else {
            file.allocate(offset, bytes, answer(done));
        }
    }

    @Override
    public void forget(long offset, long bytes) {
        if (!pulled) {
            file.forget(offset, bytes);
        }
    }

    @Override
    public void readNow(long offset, ByteBuffer dst) throws StoreException {
        there();
        file.readNow(offset, dst);
    }

    @Override
    public void writeNow(long offset, ByteBuffer src) throws StoreException {
        there();
        file.writeNow(offset, src);
        there();
    }

    @Override
    public Standing standingNow() {
        return file.standingNow();
    }

    @Override
    public String describe() {
        return file.describe();
    }

    @Override
    public void close() {
        file.close();
    }
}
