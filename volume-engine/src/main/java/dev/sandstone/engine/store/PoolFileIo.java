package dev.sandstone.engine.store;

import dev.sandstone.engine.loop.ShardLoop;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** File I/O by a few threads that block, for where there is no io_uring. */
public final class PoolFileIo implements FileIo {
    private static final int THREADS = 4;

    private final NativeFile file;
    private final ShardLoop loop;
    private final LinkedBlockingQueue<Request> queue = new LinkedBlockingQueue<>();
    private final Semaphore ended = new Semaphore(0);
    private final ArrayDeque<Request> free = new ArrayDeque<>();

    private PoolFileIo(NativeFile file, ShardLoop loop) {
        this.file = file;
        this.loop = loop;
        for (int i = 0; i < THREADS; i++) {
            Thread thread = Thread.ofPlatform()
                    .name("file-io-" + file.path().getFileName() + "-" + i)
                    .daemon()
                    .unstarted(this::work);
            thread.start();
        }
    }

    /** Opens what exists. */
    public static FileIo open(Path path, ShardLoop loop) throws StoreException {
        return new PoolFileIo(NativeFile.open(path), loop);
    }

    private enum Kind {
        READ,
        WRITE,
        ALLOCATE,
        END
    }

    /** An operation on its way to a thread, and its result on the way back; used again. */
    private final class Request implements Runnable {
        private Kind kind = Kind.END;
        private long offset;
        private long bytes;
        private @Nullable ByteBuffer buffer;
        private @Nullable StoreDone done;
        private @Nullable StoreException failure;

        /** On a thread of the pool. */
        void perform() {
            ByteBuffer lent = buffer;
            try {
                if (lent == null) {
                    file.allocate(offset, bytes);
                } else if (kind == Kind.READ) {
                    file.read(offset, lent);
                } else {
                    file.write(offset, lent);
                }
            } catch (StoreException e) {
                failure = e;
            }
        }

        /** On the loop. */
        @Override
        public void run() {
            StoreDone told = done;
            StoreException result = failure;
            buffer = null;
            done = null;
            failure = null;
            free.push(this);
            if (told != null) {
                told.done(result);
            }
        }
    }

    private void work() {
        for (Request request = take(); request.kind != Kind.END; request = take()) {
            request.perform();
            loop.execute(request);
        }
        ended.release();
    }

    private Request take() {
        while (true) {
            try {
                return queue.take();
            } catch (InterruptedException e) {
                // Nobody interrupts these threads; were it done, it would mean nothing to them.
            }
        }
    }

    private void submit(Kind kind, long offset, long bytes, @Nullable ByteBuffer buffer, StoreDone done) {
        Request request = free.isEmpty() ? new Request() : free.pop();
        request.kind = kind;
        request.offset = offset;
        request.bytes = bytes;
        request.buffer = buffer;
        request.done = done;
        queue.add(request);
    }

    @Override
    public long size() throws StoreException {
        return file.size();
    }

    @Override
    public void growNow(long size) throws StoreException {
        file.grow(size);
    }

    @Override
    public boolean tryRead(long offset, ByteBuffer dst) {
        return file.tryRead(offset, dst);
    }

    @Override
    public void read(long offset, ByteBuffer dst, StoreDone done) {
        submit(Kind.READ, offset, 0, dst, done);
    }

    @Override
    public void write(long offset, ByteBuffer src, StoreDone done) {
        submit(Kind.WRITE, offset, 0, src, done);
    }

    @Override
    public void allocate(long offset, long bytes, StoreDone done) {
        submit(Kind.ALLOCATE, offset, bytes, null, done);
    }

    @Override
    public void forget(long offset, long bytes) {
        file.forget(offset, bytes);
    }

    @Override
    public void readNow(long offset, ByteBuffer dst) throws StoreException {
        file.read(offset, dst);
    }

    @Override
    public void writeNow(long offset, ByteBuffer src) throws StoreException {
        file.write(offset, src);
    }

    @Override
    public Standing standingNow() {
        return file.standing();
    }

    @Override
    public String describe() {
        return "threads, " + (file.isDirect() ? "O_DIRECT" : "buffered") + " with RWF_DSYNC";
    }

    @Override
    public void close() {
        for (int i = 0; i < THREADS; i++) {
            queue.add(new Request());
        }
        ended.acquireUninterruptibly(THREADS);
        file.close();
    }
}
