package dev.sandstone.engine.store.ring;

import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.store.FileIo;
import dev.sandstone.engine.store.NativeFile;
import dev.sandstone.engine.store.PoolFileIo;
import dev.sandstone.engine.store.StoreDone;
import dev.sandstone.engine.store.StoreException;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoOps;
import io.netty.util.concurrent.Future;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * File I/O in the io_uring of the event loop that also serves the connections: no thread is woken for a transfer.
 *
 * <p>Each operation has a slot, whose number travels through the ring as user data.
 */
public final class RingFileIo implements FileIo {
    private static final byte OP_FALLOCATE = 17;
    private static final byte OP_READ = 22;
    private static final byte OP_WRITE = 23;
    private static final int RWF_DSYNC = 2;
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;
    private static final int EINVAL = 22;
    private static final int EIO = 5;
    private static final int EOPNOTSUPP = 95;
    private static final int ENODEV = 19;

    /** More at once is a fault of the caller. */
    private static final int MAX_SLOTS = 1 << 15;

    private final NativeFile file;
    private final List<Slot> slots = new ArrayList<>();
    private final ArrayDeque<Slot> free = new ArrayDeque<>();
    private final ShardLoop loop;
    private final IoRegistration registration;
    private int underWay;
    private @Nullable Runnable whenIdle;

    private RingFileIo(NativeFile file, NettyShardLoop loop, IoEventLoop events) throws StoreException {
        this.file = file;
        this.loop = loop;
        registration = register(events);
    }

    /** Opens what exists: in the loop's ring where it has one, else by a pool of threads. */
    public static FileIo open(Path path, ShardLoop loop) throws StoreException {
        if (loop instanceof NettyShardLoop netty
                && netty.eventLoop() instanceof IoEventLoop events
                && events.isCompatible(Handle.class)) {
            NativeFile file = NativeFile.open(path, BufferAddress::of);
            try {
                return new RingFileIo(file, netty, events);
            } catch (StoreException e) {
                file.close();
                throw e;
            }
        }
        return PoolFileIo.open(path, loop);
    }

    private IoRegistration register(IoEventLoop events) throws StoreException {
        if (events.inEventLoop()) {
            // Registration is done at once when asked for on the loop itself.
            Future<IoRegistration> future = events.register(new Handle());
            if (future.isSuccess()) {
                return future.getNow();
            }
            throw new StoreException(StoreException.Kind.IO, "the event loop's ring takes no files", future.cause());
        }
        Future<IoRegistration> future = events.register(new Handle()).awaitUninterruptibly();
        if (!future.isSuccess()) {
            throw new StoreException(StoreException.Kind.IO, "the event loop's ring takes no files", future.cause());
        }
        return future.getNow();
    }

    /** What the ring calls back. */
    private final class Handle implements IoUringIoHandle {
        @Override
        public void handle(IoRegistration from, IoEvent event) {
            IoUringIoEvent completion = (IoUringIoEvent) event;
            slots.get((int) completion.userData()).completed(completion.res());
        }

        @Override
        public void close() {
            // The file is closed by its owner; a ring that goes down earlier has no completions left to give.
        }
    }

    /** An operation under way; used again. */
    private final class Slot {
        private final long number;
        private byte opcode;
        private int fd;
        private long offset;
        private long length;
        private long moved;
        /** Kept until the end: the ring knows only the address of the memory. */
        private @Nullable ByteBuffer buffer;

        private @Nullable StoreDone done;

        Slot(int number) {
            this.number = number;
        }

        void submit() {
            boolean allocates = opcode == OP_FALLOCATE;
            long address = buffer == null ? 0 : file.address(buffer);
            long id = registration.submit(new IoUringIoOps(
                    opcode,
                    (byte) 0,
                    (short) 0,
                    fd,
                    allocates ? offset : offset + moved,
                    allocates ? length : address + moved,
                    allocates ? 0 : (int) (length - moved),
                    opcode == OP_WRITE ? RWF_DSYNC : 0,
                    number,
                    (short) 0,
                    (short) 0,
                    0,
                    0L));
            if (id == -1) {
                loop.execute(() -> end(file.failure("reach", EIO)));
            }
        }

        void completed(int result) {
            if (result == -EINTR || result == -EAGAIN) {
                submit();
            } else if (result == -EINVAL && opcode == OP_WRITE && fd != file.cachedFd()) {
                // A file system may take the flag O_DIRECT at opening and refuse the transfer.
                fd = file.cachedFd();
                submit();
            } else if (opcode == OP_FALLOCATE) {
                boolean ignored = result == -EOPNOTSUPP || result == -ENODEV || result == -EINVAL;
                end(result < 0 && !ignored ? file.failure("allocate space in", -result) : null);
            } else if (result < 0) {
                end(file.failure(opcode == OP_READ ? "read" : "write to", -result));
            } else if (result == 0 && length > moved) {
                end(opcode == OP_READ ? file.endOfFile(offset + moved) : file.failure("write to", EIO));
            } else {
                moved += result;
                if (moved < length) {
                    submit();
                } else {
                    end(null);
                }
            }
        }

        private void end(@Nullable StoreException failure) {
            StoreDone told = done;
            done = null;
            buffer = null;
            underWay--;
            free.push(this);
            if (told != null) {
                told.done(failure);
            }
            closeWhenIdle();
        }
    }

    private void start(byte opcode, long offset, long length, @Nullable ByteBuffer buffer, StoreDone done) {
        Slot slot = free.poll();
        if (slot == null) {
            if (slots.size() == MAX_SLOTS) {
                throw new IllegalStateException("more than " + MAX_SLOTS + " file operations under way");
            }
            slot = new Slot(slots.size());
            slots.add(slot);
        }
        slot.opcode = opcode;
        slot.offset = offset;
        slot.length = length;
        slot.moved = 0;
        slot.buffer = buffer;
        slot.done = done;
        slot.fd = opcode == OP_WRITE && buffer != null ? file.writeFd(file.address(buffer)) : file.cachedFd();
        underWay++;
        slot.submit();
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
        start(OP_READ, offset, dst.remaining(), dst, done);
    }

    @Override
    public void write(long offset, ByteBuffer src, StoreDone done) {
        start(OP_WRITE, offset, src.remaining(), src, done);
    }

    @Override
    public void allocate(long offset, long bytes, StoreDone done) {
        start(OP_FALLOCATE, offset, bytes, null, done);
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
        return "io_uring, " + (file.isDirect() ? "O_DIRECT" : "buffered") + " with RWF_DSYNC";
    }

    @Override
    public void close() {
        CountDownLatch closed = new CountDownLatch(1);
        try {
            loop.run(() -> {
                whenIdle = () -> {
                    registration.cancel();
                    file.close();
                    closed.countDown();
                };
                closeWhenIdle();
            });
        } catch (RejectedExecutionException loopHasEnded) {
            // Its ring went with it, and so did what was under way.
            file.close();
            return;
        }
        if (!loop.inLoop()) {
            awaitClosed(closed);
        }
    }

    /** Closing later would drop the lock that the next one to open the file may have by then. */
    private static void awaitClosed(CountDownLatch closed) {
        boolean done = false;
        while (!done) {
            try {
                closed.await();
                done = true;
            } catch (InterruptedException e) {
                // Closing is not given up.
                done = false;
            }
        }
    }

    private void closeWhenIdle() {
        Runnable close = whenIdle;
        if (close != null && underWay == 0) {
            whenIdle = null;
            close.run();
        }
    }
}
