package dev.sandstone.daemon.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.config.HostPort;
import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.Copies;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.Pools;
import dev.sandstone.daemon.api.Snapshots;
import dev.sandstone.daemon.api.Volumes;
import dev.sandstone.daemon.catalog.ArrayEntry;
import dev.sandstone.daemon.cli.ApiClient;
import dev.sandstone.daemon.http.TokenCheck;
import dev.sandstone.daemon.target.AccessRule;
import dev.sandstone.engine.volume.PoolConfig;
import dev.sandstone.initiator.IscsiDisk;
import dev.sandstone.initiator.IscsiSession;
import dev.sandstone.initiator.SessionOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A whole array in memory copies volumes by itself. */
class VolumeCopyTest {
    private static final String TOKEN = TokenCheck.newToken();
    private static final String VOLUMES = "/api/v1/volumes";
    private static final int MIB = 1 << 20;
    private static final int MIB_BLOCKS = MIB / 512;

    private final byte[] content = new byte[8 * MIB];
    private RunningArray array;
    private ApiClient client;

    @BeforeEach
    void start() throws IOException {
        HostPort free = new HostPort("127.0.0.1", 0);
        array = RunningArray.start(new ArraySetup(
                new ArrayEntry("test", UUID.randomUUID()),
                Optional.empty(),
                new PoolConfig(PoolConfig.Medium.MEMORY, null, null, 256 << 20, 64 << 20, false),
                AccessRule.OPEN,
                new ArraySetup.Network(List.of(free), 1, 0, 100, Optional.of(free)),
                TokenCheck.ofToken(TOKEN),
                10));
        client = ApiClient.of(array.api(), TOKEN);
        create("db", 16 * MIB);
        new Random(1).nextBytes(content);
        try (IscsiSession session = login()) {
            IscsiDisk db = IscsiDisk.open(session, 0);
            for (int i = 0; i < 8; i++) {
                db.write((long) (2 * i + 1) * MIB_BLOCKS, mib(i));
            }
            session.logout();
        }
    }

    @AfterEach
    void stop() {
        array.close();
    }

    private void create(String name, long bytes) {
        client.post(VOLUMES, new Volumes.Create(name, bytes, null, null, null, null), Volumes.View.class);
    }

    private byte[] mib(int index) {
        return Arrays.copyOfRange(content, index * MIB, (index + 1) * MIB);
    }

    private IscsiSession login() throws IOException {
        HostPort portal = HostPort.parse(array.portals().get(0));
        return IscsiSession.open(
                SessionOptions.to(new InetSocketAddress(portal.host(), portal.port()), "iqn.2026-11.test:copy")
                        .withTarget(array.iqn()));
    }

    private Copies.View copy(String from, Copies.Start asked) {
        client.post(VOLUMES + "/" + from + "/copy", asked, Copies.View.class);
        String status = VOLUMES + "/" + asked.to() + "/copy";
        return Awaitility.await()
                .until(
                        () -> client.get(status, Copies.View.class),
                        copy -> !copy.state().equals("running"));
    }

    private static void refused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }

    private void holdsTheContent(String volume) throws IOException {
        int lun = client.get(VOLUMES + "/" + volume, Volumes.View.class).lun();
        try (IscsiSession session = login()) {
            IscsiDisk disk = IscsiDisk.open(session, lun);
            for (int i = 0; i < 16; i++) {
                byte[] expected = i % 2 == 0 ? new byte[MIB] : mib(i / 2);
                assertThat(disk.read((long) i * MIB_BLOCKS, MIB_BLOCKS))
                        .as("MiB " + i)
                        .isEqualTo(expected);
            }
            session.logout();
        }
    }

    @Test
    void aCopyIsSharedAndIndependent() throws IOException {
        long before = client.get("/api/v1/pool", Pools.Usage.class).liveBytes();
        Copies.View done = copy("db", new Copies.Start("dup", null, null, null));
        assertThat(done.state()).isEqualTo("done");
        assertThat(done.copiedBytes()).isEqualTo(16 * MIB);
        assertThat(client.get("/api/v1/pool", Pools.Usage.class).liveBytes() - before)
                .as("nothing is there twice")
                .isLessThan(MIB);
        assertThat(client.get(VOLUMES + "/dup", Volumes.View.class).origin())
                .as("no clone")
                .isNull();
        client.delete(VOLUMES + "/db");
        holdsTheContent("dup");
        Awaitility.await()
                .until(() -> client.get("/api/v1/snapshots", Snapshots.Page.class)
                        .items()
                        .isEmpty());
    }

    @Test
    void aSnapshotIsCopiedOverALargerVolume() throws IOException {
        client.post(VOLUMES + "/db/snapshots", new Snapshots.Create("one"), Snapshots.View.class);
        create("big", 20 * MIB);
        int lun = client.get(VOLUMES + "/big", Volumes.View.class).lun();
        try (IscsiSession session = login()) {
            IscsiDisk.open(session, 0).write(0, mib(0));
            IscsiDisk.open(session, lun).write(18L * MIB_BLOCKS, mib(0));
            refused(ErrorCode.VOLUME_EXISTS, () -> copy("db", new Copies.Start("big", "one", null, null)));
            refused(ErrorCode.VOLUME_IN_USE, () -> copy("db", new Copies.Start("big", "one", true, null)));
            session.logout();
        }
        assertThat(copy("db", new Copies.Start("big", "one", true, null)).state())
                .isEqualTo("done");
        holdsTheContent("big");
        try (IscsiSession session = login()) {
            assertThat(IscsiDisk.open(session, lun).read(18L * MIB_BLOCKS, MIB_BLOCKS))
                    .containsOnly(0);
        }
    }

    @Test
    void whatCannotBeCopiedIsRefused() {
        create("small", MIB);
        refused(ErrorCode.BAD_SIZE, () -> copy("db", new Copies.Start("small", null, true, null)));
        refused(ErrorCode.BAD_VALUE, () -> copy("db", new Copies.Start("db", null, true, null)));
        refused(ErrorCode.SNAPSHOT_NOT_FOUND, () -> copy("db", new Copies.Start("dup", "none", null, null)));
        refused(ErrorCode.VOLUME_NOT_FOUND, () -> copy("none", new Copies.Start("dup", null, null, null)));
        refused(ErrorCode.NO_SUCH_RESOURCE, () -> client.get(VOLUMES + "/small/copy", Copies.View.class));
        assertThat(client.get("/api/v1/snapshots", Snapshots.Page.class).items().stream()
                        .filter(snapshot -> !snapshot.kind().equals("token")))
                .isEmpty();
    }
}
