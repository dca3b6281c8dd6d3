package dev.sandstone.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.store.ring.NettyShardLoop;
import dev.sandstone.engine.store.ring.RingFileIo;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** In containers without io_uring there is nothing to test here: the pool of threads serves. */
final class RingFileIoTest extends FileIoContract {
    private static MultiThreadIoEventLoopGroup group;
    private static NettyShardLoop loop;

    @BeforeAll
    static void start() {
        assumeTrue(IoUring.isAvailable(), "io_uring is switched off here");
        group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("ring-test"), IoUringIoHandler.newFactory());
        loop = new NettyShardLoop(group.next());
    }

    @AfterAll
    static void end() {
        if (group != null) {
            group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    @Override
    ShardLoop loop() {
        return loop;
    }

    @Override
    FileIo open(Path path) throws StoreException {
        return RingFileIo.open(path, loop);
    }

    @Test
    void usesTheRing() throws Exception {
        try (FileIo io = open(Files.write(folder.resolve("ring"), new byte[4096]))) {
            assertThat(io.describe()).startsWith("io_uring");
        }
    }
}
