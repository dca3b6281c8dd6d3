package dev.sandstone.engine.store;

import dev.sandstone.engine.loop.ShardLoop;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.LongAdder;

/** Counts the bytes that files hand over and take, whether or not the page cache had them. Any thread. */
public final class FileTraffic {
    private final LongAdder read = new LongAdder();
    private final LongAdder written = new LongAdder();

    /** Bytes that reads have asked for; those of a transfer that failed, too. */
    public long readBytes() {
        return read.sum();
    }

    /** Bytes that writes have handed over; those of a transfer that failed, too. */
    public long writtenBytes() {
        return written.sum();
    }

    /** Opens as the other one does, and counts what goes through. */
    public FileIoFactory counting(FileIoFactory files) {
        return (Path path, ShardLoop loop) -> new Counted(files.open(path, loop));
    }

    private final class Counted implements FileIo {
        private final FileIo file;

        Counted(FileIo file) {
            this.file = file;
        }

        @Override
        public long size() throws StoreException {
            return file.size();
        }

        @Override
        public void growNow(long size) throws StoreException {
            file.growNow(size);
        }

        @Override
        public boolean tryRead(long offset, ByteBuffer dst) {
            if (!file.tryRead(offset, dst)) {
                return false;
            }
            read.add(dst.remaining());
            return true;
        }

        @Override
        public void read(long offset, ByteBuffer dst, StoreDone done) {
            read.add(dst.remaining());
            file.read(offset, dst, done);
        }

        @Override
        public void write(long offset, ByteBuffer src, StoreDone done) {
            written.add(src.remaining());
            file.write(offset, src, done);
        }

        @Override
        public void allocate(long offset, long bytes, StoreDone done) {
            file.allocate(offset, bytes, done);
        }

        @Override
        public void forget(long offset, long bytes) {
            file.forget(offset, bytes);
        }

        @Override
        public void readNow(long offset, ByteBuffer dst) throws StoreException {
            read.add(dst.remaining());
            file.readNow(offset, dst);
        }

        @Override
        public void writeNow(long offset, ByteBuffer src) throws StoreException {
            written.add(src.remaining());
            file.writeNow(offset, src);
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
}
