package dev.sandstone.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.store.ring.NettyShardLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every loop with a real thread must do. */
final class ShardLoopTest {

    private static void check(ShardLoop loop) throws Exception {
        assertThat(loop.inLoop()).isFalse();
        List<Integer> order = new CopyOnWriteArrayList<>();
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<Boolean> inline = new CompletableFuture<>();
        loop.execute(() -> {
            boolean[] ran = new boolean[2];
            loop.execute(() -> ran[0] = true);
            loop.run(() -> ran[1] = true);
            inline.complete(loop.inLoop() && !ran[0] && ran[1]);
        });
        for (int i = 0; i < 100; i++) {
            int number = i;
            loop.execute(() -> order.add(number));
        }
        loop.execute(end::countDown);
        assertThat(end.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(inline.get(60, TimeUnit.SECONDS)).isTrue();
        assertThat(order)
                .containsExactlyElementsOf(IntStream.range(0, 100).boxed().toList());
        checkTimers(loop);
        assertThat(loop.wallClockMicros()).isGreaterThan(1_700_000_000_000_000L);
    }

    private static void checkTimers(ShardLoop loop) throws Exception {
        CompletableFuture<Long> late = new CompletableFuture<>();
        CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
        long began = loop.nanoTime();
        loop.execute(() -> {
            ShardLoop.Timer never = loop.schedule(() -> cancelled.complete(false), 1);
            never.cancel();
            loop.schedule(() -> late.complete(loop.nanoTime()), 5_000_000);
            loop.schedule(() -> cancelled.complete(true), 6_000_000);
        });
        assertThat(late.get(60, TimeUnit.SECONDS) - began).isGreaterThanOrEqualTo(5_000_000);
        assertThat(cancelled.get(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void ofAThread() throws Exception {
        try (ThreadLoop loop = new ThreadLoop("shard-loop-test")) {
            check(loop);
            CompletableFuture<String> name = new CompletableFuture<>();
            loop.execute(() -> name.complete(Thread.currentThread().getName()));
            assertThat(name.get(60, TimeUnit.SECONDS)).isEqualTo("shard-loop-test");
        }
    }

    @Test
    void aTaskThatThrowsDoesNotEndTheLoop() throws Exception {
        try (ThreadLoop loop = new ThreadLoop("shard-loop-test")) {
            loop.execute(() -> {
                throw new IllegalStateException("thrown by the test");
            });
            check(loop);
        }
    }

    @Test
    void ofTheNetwork() throws Exception {
        MultiThreadIoEventLoopGroup group =
                new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("loop-test"), NioIoHandler.newFactory());
        check(new NettyShardLoop(group.next()));
        group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
