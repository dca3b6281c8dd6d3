package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.initiator.Cdb;
import dev.sandstone.initiator.IscsiSession;
import dev.sandstone.initiator.ScsiRequest;
import dev.sandstone.initiator.SessionOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Where nobody took a device away, no host hears of a permanent loss: nothing answers, or all is there. */
final class EsxiOutageTest {
    @TempDir
    Path scratch;

    @Test
    void anEndOfTheArrayIsNoLossOfTheDevice() throws IOException {
        String dir = scratch.resolve("array").toString();
        String port;
        JsonNode one;
        try (San array = San.serve(scratch, "--dir", dir)) {
            one = array.volume("datastore1", "1G");
            port = array.portal(0);
            try (EsxiHost host = EsxiHost.login(array, EsxiHost.ESX1, one)) {
                assertThat(host.outcome(0, EsxiHost.write(0, 0, EsxiHost.stamped(1))))
                        .isEqualTo("GOOD");
                CompletableFuture<Set<String>> heard = CompletableFuture.supplyAsync(() -> untilTheEnd(host.path(0)));
                assertThat(array.stop()).isZero();
                assertThat(heard.join()).contains("GOOD").isSubsetOf("GOOD", "BUSY");
            }
        }
        InetSocketAddress portal =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port.split(":", -1)[1]));
        SessionOptions options = SessionOptions.to(portal, EsxiHost.ESX1)
                .withTarget(one.get("iqn").asString());
        CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> firstAnswer(options));
        try (San array = San.serve(scratch, "--dir", dir, "--portal", port);
                EsxiHost host = EsxiHost.login(array, EsxiHost.ESX1, one)) {
            assertThat(first.join())
                    .as("whoever is let in finds the device: POWER ON, not LOGICAL UNIT NOT SUPPORTED")
                    .isEqualTo("06/29/00");
            assertThat(host.read(0, 0, 0, 1)).isEqualTo(EsxiHost.stamped(1));
        }
    }

    private static Set<String> untilTheEnd(IscsiSession session) {
        Set<String> heard = new TreeSet<>();
        try {
            while (!session.ended().isDone()) {
                heard.add(EsxiHost.word(session.execute(ScsiRequest.in(0, Cdb.read16(0, 1), EsxiHost.BLOCK))));
            }
        } catch (IOException end) {
            // The array is gone.
        }
        return heard;
    }

    /** Knocks while the array starts, until it lets the host in. */
    private static String firstAnswer(SessionOptions options) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < deadline) {
            try (IscsiSession session = IscsiSession.open(options)) {
                return EsxiHost.word(session.execute(ScsiRequest.of(0, Cdb.testUnitReady())));
            } catch (IOException closed) {
                Tools.pause(20);
            }
        }
        return "nothing";
    }
}
