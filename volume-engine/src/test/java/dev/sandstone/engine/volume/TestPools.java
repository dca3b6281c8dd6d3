package dev.sandstone.engine.volume;

import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.loop.ThreadLoop;
import dev.sandstone.engine.store.ring.NettyShardLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Pools for tests, each on a loop of its own. */
public final class TestPools {
    private static final long CACHE_BYTES = 32L << 20;

    private TestPools() {}

    /** An open pool and its loop; closing ends both. */
    public record Opened(Pool pool, ShardLoop loop, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            pool.close();
            end.run();
        }
    }

    /** A pool in memory of at most so many bytes. */
    public static Opened memory(long capacityBytes) {
        ThreadLoop loop = new ThreadLoop("test-shard");
        PoolConfig config = new PoolConfig(PoolConfig.Medium.MEMORY, null, null, capacityBytes, CACHE_BYTES, false);
        return new Opened(Pools.create(config, loop), loop, loop::close);
    }

    /** The pool in a folder, made when there is none. */
    public static Opened folder(Path folder, long capacityBytes) {
        ThreadLoop loop = new ThreadLoop("test-shard");
        return opened(config(folder, capacityBytes), loop, loop::close);
    }

    /** The same on a network event loop, with file I/O in its io_uring where the machine has one. */
    public static Opened ring(Path folder, long capacityBytes) {
        MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(
                1,
                new DefaultThreadFactory("test-ring"),
                IoUring.isAvailable() ? IoUringIoHandler.newFactory() : NioIoHandler.newFactory());
        PoolConfig config = new PoolConfig(
                PoolConfig.Medium.FOLDER, folder, folder.resolve("map"), capacityBytes, CACHE_BYTES, true);
        return opened(
                config,
                new NettyShardLoop(group.next()),
                () -> group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly());
    }

    private static Opened opened(PoolConfig config, ShardLoop loop, Runnable end) {
        boolean open = false;
        try {
            Opened opened = new Opened(Pools.openOrCreate(config, loop), loop, end);
            open = true;
            return opened;
        } finally {
            if (!open) {
                end.run();
            }
        }
    }

    /** How {@link #folder} is opened. */
    public static PoolConfig config(Path folder, long capacityBytes) {
        return new PoolConfig(
                PoolConfig.Medium.FOLDER, folder, folder.resolve("map"), capacityBytes, CACHE_BYTES, false);
    }
}
