package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.initiator.IscsiDisk;
import dev.sandstone.initiator.IscsiSession;
import dev.sandstone.initiator.SessionOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts of a cluster contend for one block by COMPARE AND WRITE: every version of it has one winner. */
final class ContestTest {
    private static final int HOSTS = 8;
    private static final int COMMANDS = 4000;
    private static final int BLOCK = 512;

    @TempDir
    Path scratch;

    private final AtomicInteger left = new AtomicInteger(COMMANDS);
    private final AtomicInteger lost = new AtomicInteger();

    /** Who has won which version. */
    private final ConcurrentHashMap<Integer, Integer> winners = new ConcurrentHashMap<>();

    @Test
    void everyVersionHasOneWinner() throws Exception {
        try (San san = San.serve(scratch, "--dir", scratch.resolve("array").toString())) {
            String iqn = san.volume("lock", "1M").get("iqn").asString();
            List<IscsiSession> sessions = new ArrayList<>();
            try (ExecutorService threads = Executors.newFixedThreadPool(
                    HOSTS, Thread.ofPlatform().name("host-", 0).factory())) {
                List<Future<?>> ends = new ArrayList<>();
                for (int host = 0; host < HOSTS; host++) {
                    IscsiSession session = login(san, iqn, host);
                    sessions.add(session);
                    int self = host;
                    IscsiDisk disk = IscsiDisk.open(session, 0);
                    ends.add(threads.submit(() -> {
                        contend(disk, self);
                        return null;
                    }));
                }
                for (Future<?> end : ends) {
                    end.get();
                }
            }
            byte[] last = IscsiDisk.open(sessions.get(0), 0).read(0, 1);
            int version = ByteBuffer.wrap(last).getInt(0);
            assertThat(version).as("each version was won by one").isEqualTo(winners.size());
            assertThat(winners.keySet())
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.rangeClosed(1, version).boxed().toList());
            assertThat(ByteBuffer.wrap(last).getInt(4)).isEqualTo(winners.get(version));
            assertThat(winners.size() + lost.get()).isEqualTo(COMMANDS);
            for (IscsiSession session : sessions) {
                session.logout();
            }
            assertThat(san.cli("pool", "check").exit()).isZero();
        }
    }

    private static IscsiSession login(San san, String iqn, int host) throws IOException {
        return IscsiSession.open(SessionOptions.to(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(san.port(0))),
                        "iqn.2026-11.test.cluster:host" + host)
                .withTarget(iqn));
    }

    private void contend(IscsiDisk disk, int self) throws IOException {
        byte[] known = disk.read(0, 1);
        while (left.getAndDecrement() > 0) {
            int version = ByteBuffer.wrap(known).getInt(0) + 1;
            byte[] next = ByteBuffer.allocate(BLOCK)
                    .putInt(version)
                    .putInt(self)
                    .putInt(BLOCK - Integer.BYTES, version)
                    .array();
            if (disk.compareAndWrite(0, known, next)) {
                assertThat(winners.put(version, self))
                        .as("who else has won version " + version)
                        .isNull();
                known = next;
            } else {
                lost.incrementAndGet();
                known = disk.read(0, 1);
            }
        }
    }
}
