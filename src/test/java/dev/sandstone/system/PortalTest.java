package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.initiator.Cdb;
import dev.sandstone.initiator.IscsiDisk;
import dev.sandstone.initiator.IscsiSession;
import dev.sandstone.initiator.LoginFailedException;
import dev.sandstone.initiator.ScsiRequest;
import dev.sandstone.initiator.SessionOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What an operator does to the paths: worse ones, and ones that send new sessions elsewhere. */
final class PortalTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int NOT_FOUND = 3;
    private static final int USAGE = 2;

    @TempDir
    Path scratch;

    @Test
    void aPortalBecomesTheWorsePathAndInitiatorsAreTold() throws IOException {
        try (San san = two()) {
            JsonNode volume = san.volume("v1", "64M");
            try (IscsiSession session = login(san, volume, 1)) {
                IscsiDisk.open(session, 0);
                assertThat(states(session)).containsExactly(0, 0);
                assertThat(san.json("portal", "set", "2", "--access", "non-optimized")
                                .get("access")
                                .asString())
                        .isEqualTo("non-optimized");
                assertThat(session.execute(ScsiRequest.of(0, Cdb.testUnitReady()))
                                .isSense(0x6, 0x2A, 0x06))
                        .as("ASYMMETRIC ACCESS STATE CHANGED")
                        .isTrue();
                assertThat(states(session)).containsExactly(0, 1);
                san.volume("v2", "64M");
                IscsiDisk.open(session, 1).read(0, 1);
                assertThat(san.json("portal", "list").get(1).get("access").asString())
                        .as("the new volume too")
                        .isEqualTo("non-optimized");
                san.json("portal", "set", "2", "--access", "optimized");
                // One unit attention for the new volume, one for the state.
                for (int i = 0; i < 2; i++) {
                    session.execute(ScsiRequest.of(0, Cdb.testUnitReady()));
                }
                assertThat(states(session)).containsExactly(0, 0);
                session.logout();
            }
            assertThat(san.cli("portal", "set", "3", "--access", "optimized").exit())
                    .isEqualTo(NOT_FOUND);
            assertThat(san.cli("portal", "set", "1", "--access", "standby").exit())
                    .isEqualTo(USAGE);
        }
    }

    @Test
    void newSessionsAreSentToTheOtherPortal() throws IOException {
        Tools.require("iscsi-readcapacity16", "libiscsi-bin");
        try (San san = two()) {
            JsonNode volume = san.volume("v1", "64M");
            try (IscsiSession before = login(san, volume, 0)) {
                IscsiDisk disk = IscsiDisk.open(before, 0);
                JsonNode set = san.json("portal", "set", "1", "--redirect", san.portal(1));
                assertThat(set.get("redirect").asString()).isEqualTo(san.portal(1));
                disk.read(0, 1);
                before.logout();
            }
            assertThatThrownBy(() -> login(san, volume, 0))
                    .isInstanceOfSatisfying(
                            LoginFailedException.class,
                            refused -> assertThat(refused.status()).isEqualTo(0x0101));
            long connections = san.metric("sandstone_iscsi_connections_total");
            assertThat(Tools.must(
                            LIMIT,
                            "iscsi-readcapacity16",
                            volume.get("uris").get(0).asString()))
                    .contains("Total size:" + (64L << 20));
            assertThat(san.metric("sandstone_iscsi_connections_total") - connections)
                    .as("it came to one portal and then to the other")
                    .isEqualTo(2);
            assertThat(san.cli("portal", "set", "2", "--redirect", san.portal(0))
                            .exit())
                    .as("in a circle")
                    .isEqualTo(USAGE);
            san.json("portal", "set", "1", "--redirect", san.portal(1), "--permanent");
            assertThatThrownBy(() -> login(san, volume, 0))
                    .isInstanceOfSatisfying(
                            LoginFailedException.class,
                            refused -> assertThat(refused.status()).isEqualTo(0x0102));
            san.json("portal", "set", "1", "--redirect", "none");
            login(san, volume, 0).logout();
        }
    }

    @Test
    void whatAnOperatorSetOutlivesAKill() throws IOException {
        San.Made made = San.init(scratch.resolve("array"), "--capacity", "640M", "--portal", "127.0.0.1:0");
        try (San san = made.serve(scratch)) {
            san.json("portal", "set", "2", "--access", "non-optimized", "--redirect", "10.0.0.1:3260");
            san.kill();
        }
        try (San san = made.serve(scratch)) {
            JsonNode portals = san.json("portal", "list");
            assertThat(portals.get(0).get("access").asString()).isEqualTo("optimized");
            assertThat(portals.get(1).get("access").asString()).isEqualTo("non-optimized");
            assertThat(portals.get(1).get("redirect").asString()).isEqualTo("10.0.0.1:3260");
        }
    }

    private San two() throws IOException {
        return San.serve(scratch, "--portal", "127.0.0.1:0", "--portal", "127.0.0.1:0");
    }

    private static IscsiSession login(San san, JsonNode volume, int portal) throws IOException {
        return IscsiSession.open(SessionOptions.to(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(san.port(portal))),
                        "iqn.2026-11.test.paths:host")
                .withTarget(volume.get("iqn").asString()));
    }

    /** ASYMMETRIC ACCESS STATE of groups 1 and 2 (SPC-4 6.37). */
    private static int[] states(IscsiSession session) throws IOException {
        byte[] cdb = {(byte) 0xA3, 0x0A, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0};
        ByteBuffer groups = ByteBuffer.wrap(
                session.execute(ScsiRequest.in(0, cdb, 256)).requireGood().dataIn());
        return new int[] {groups.get(4) & 0x0F, groups.get(16) & 0x0F};
    }
}
