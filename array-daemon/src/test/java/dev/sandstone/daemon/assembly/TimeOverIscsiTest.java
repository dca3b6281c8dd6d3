package dev.sandstone.daemon.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.config.HostPort;
import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.Copies;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.Snapshots;
import dev.sandstone.daemon.api.VolumeTimes;
import dev.sandstone.daemon.api.Volumes;
import dev.sandstone.daemon.catalog.ArrayEntry;
import dev.sandstone.daemon.cli.ApiClient;
import dev.sandstone.daemon.http.TokenCheck;
import dev.sandstone.daemon.target.AccessRule;
import dev.sandstone.engine.volume.PoolConfig;
import dev.sandstone.initiator.Cdb;
import dev.sandstone.initiator.IscsiDisk;
import dev.sandstone.initiator.IscsiSession;
import dev.sandstone.initiator.ScsiRequest;
import dev.sandstone.initiator.ScsiResult;
import dev.sandstone.initiator.ScsiStatusException;
import dev.sandstone.initiator.SessionOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A whole array in memory: what an initiator sees of snapshots, clones and rollback. */
class TimeOverIscsiTest {
    private static final String TOKEN = TokenCheck.newToken();
    private static final String DB = "/api/v1/volumes/db";
    private static final String ONE = DB + "/snapshots/one";
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private RunningArray array;
    private ApiClient client;

    @BeforeEach
    void start() {
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
        client.post("/api/v1/volumes", new Volumes.Create("db", 16 << 20, null, null, null, null), Volumes.View.class);
    }

    @AfterEach
    void stop() {
        array.close();
    }

    private IscsiSession login() throws IOException {
        HostPort portal = HostPort.parse(array.portals().get(0));
        return IscsiSession.open(
                SessionOptions.to(new InetSocketAddress(portal.host(), portal.port()), "iqn.2026-11.test:time")
                        .withTarget(array.iqn()));
    }

    private static byte[] block(int value) {
        byte[] block = new byte[4096];
        Arrays.fill(block, (byte) value);
        return block;
    }

    private static ScsiResult ready(IscsiSession session, int lun) throws IOException {
        return session.execute(ScsiRequest.of(lun, Cdb.testUnitReady()));
    }

    private static void refused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }

    private Snapshots.View act(String action) {
        return client.run(ONE + "/" + action, LIMIT, Snapshots.View.class);
    }

    @Test
    void aMountedSnapshotIsAReadOnlyLunThatComesAndGoes() throws IOException {
        try (IscsiSession session = login()) {
            IscsiDisk db = IscsiDisk.open(session, 0);
            db.write(0, block(1));
            client.post(DB + "/snapshots", new Snapshots.Create("one"), Snapshots.View.class);
            db.write(0, block(2));
            Snapshots.Mount mount = Objects.requireNonNull(act("mount").mount());
            assertThat(mount.lun()).isEqualTo(1);
            assertThat(ready(session, 0).isSense(6, 0x3f, 0x0e))
                    .as("REPORTED LUNS DATA HAS CHANGED")
                    .isTrue();
            IscsiDisk then = IscsiDisk.open(session, mount.lun());
            assertThat(then.blocks()).isEqualTo(db.blocks());
            assertThat(then.read(0, 8)).isEqualTo(block(1));
            assertThat(db.read(0, 8)).isEqualTo(block(2));
            assertThatThrownBy(() -> then.write(0, block(3)))
                    .isInstanceOfSatisfying(
                            ScsiStatusException.class,
                            refused -> assertThat(refused.result().isSense(7, 0x27, 0))
                                    .as("WRITE PROTECTED")
                                    .isTrue());
            refused(ErrorCode.SNAPSHOT_MOUNTED, () -> client.delete(ONE));
            act("unmount");
            assertThat(ready(session, mount.lun()).isSense(5, 0x25, 0))
                    .as("LOGICAL UNIT NOT SUPPORTED")
                    .isTrue();
            client.delete(ONE);
            assertThat(ready(session, 0).isSense(6, 0x3f, 0x0e)).isTrue();
            assertThat(db.read(0, 8)).isEqualTo(block(2));
        }
    }

    @Test
    void aRollbackUnderASessionTellsItToReadAgain() throws IOException {
        try (IscsiSession session = login()) {
            IscsiDisk db = IscsiDisk.open(session, 0);
            db.write(0, block(1));
            client.post(DB + "/snapshots", new Snapshots.Create("one"), Snapshots.View.class);
            client.post(DB + "/resize", new Volumes.Resize(32 << 20, null), Volumes.View.class);
            assertThat(ready(session, 0).isSense(6, 0x2a, 0x09)).isTrue();
            db.write(0, block(2));
            refused(
                    ErrorCode.VOLUME_IN_USE,
                    () -> client.post(ONE + "/rollback", new Snapshots.Rollback(null), Snapshots.View.class));
            assertThat(db.read(0, 8)).isEqualTo(block(2));
            client.post(ONE + "/rollback", new Snapshots.Rollback(true), Snapshots.View.class);
            assertThat(ready(session, 0).isSense(6, 0x28, 0))
                    .as("NOT READY TO READY CHANGE, MEDIUM MAY HAVE CHANGED")
                    .isTrue();
            assertThat(ready(session, 0).isSense(6, 0x2a, 0x09))
                    .as("CAPACITY DATA HAS CHANGED")
                    .isTrue();
            IscsiDisk again = IscsiDisk.open(session, 0);
            assertThat(again.read(0, 8)).isEqualTo(block(1));
            assertThat(again.blocks()).isEqualTo((16 << 20) / 512);
            session.logout();
        }
        String undo = client.get(DB + "/snapshots", Snapshots.Page.class).items().stream()
                .filter(snapshot -> snapshot.kind().equals("undo"))
                .map(Snapshots.View::name)
                .findFirst()
                .orElseThrow();
        client.post(DB + "/snapshots/" + undo + "/rollback", new Snapshots.Rollback(null), Snapshots.View.class);
        try (IscsiSession session = login()) {
            IscsiDisk db = IscsiDisk.open(session, 0);
            assertThat(db.read(0, 8)).isEqualTo(block(2));
            assertThat(db.blocks()).isEqualTo((32 << 20) / 512);
        }
    }

    @Test
    void nothingComesBackBehindASanitize() throws IOException {
        client.post("/api/v1/volumes", new Volumes.Create("log", 16 << 20, null, null, null, null), Volumes.View.class);
        try (IscsiSession session = login()) {
            IscsiDisk db = IscsiDisk.open(session, 0);
            db.write(0, block(1));
            db.write(db.blocks() - 8, block(1));
            client.post(DB + "/snapshots", new Snapshots.Create("one"), Snapshots.View.class);
            byte[] blockErase = new byte[16];
            blockErase[0] = 0x48;
            blockErase[1] = (byte) 0x82;
            session.execute(ScsiRequest.of(0, blockErase)).requireGood();
            refused(
                    ErrorCode.VOLUME_IN_USE,
                    () -> client.post(ONE + "/rollback", new Snapshots.Rollback(true), Snapshots.View.class));
            refused(
                    ErrorCode.VOLUME_IN_USE,
                    () -> client.post(
                            "/api/v1/volumes/log/copy", new Copies.Start("db", null, true, true), Copies.View.class));
            client.post(DB + "/resize", new Volumes.Resize(32 << 20, null), Volumes.View.class);
            assertThat(ready(session, 0).isSense(6, 0x2a, 0x09)).isTrue();
            assertThat(ready(session, 0).isSense(2, 0x04, 0x1b)).isTrue();
            Awaitility.await().atMost(LIMIT).until(() -> ready(session, 0).status() == ScsiResult.GOOD);
            assertThat(db.read(0, 8)).isEqualTo(block(0));
            assertThat(db.read(db.blocks() - 8, 8)).isEqualTo(block(0));
            client.post(ONE + "/rollback", new Snapshots.Rollback(true), Snapshots.View.class);
            ready(session, 0);
            ready(session, 0);
            assertThat(db.read(0, 8)).as("asked for behind it").isEqualTo(block(1));
        }
    }

    @Test
    void aCloneIsALunOfItsOwn() throws IOException {
        try (IscsiSession session = login()) {
            IscsiDisk db = IscsiDisk.open(session, 0);
            db.write(0, block(1));
            Volumes.View clone = client.post(DB + "/clone", new VolumeTimes.Clone("copy", null), Volumes.View.class);
            assertThat(ready(session, 0).isSense(6, 0x3f, 0x0e)).isTrue();
            IscsiDisk copy = IscsiDisk.open(session, clone.lun());
            copy.write(8, block(2));
            db.write(0, block(3));
            assertThat(copy.read(0, 8)).isEqualTo(block(1));
            assertThat(copy.read(8, 8)).isEqualTo(block(2));
            assertThat(db.read(0, 8)).isEqualTo(block(3));
            assertThat(db.read(8, 8)).isEqualTo(block(0));
            client.delete("/api/v1/volumes/db");
            assertThat(ready(session, clone.lun()).isSense(6, 0x3f, 0x0e)).isTrue();
            assertThat(copy.read(0, 8)).isEqualTo(block(1));
        }
    }
}
