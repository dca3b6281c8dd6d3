package dev.sandstone.daemon.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.Grants;
import dev.sandstone.daemon.api.Hosts;
import dev.sandstone.daemon.api.Volumes;
import dev.sandstone.daemon.catalog.ArrayEntry;
import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.CatalogException;
import dev.sandstone.daemon.catalog.HostEntry;
import dev.sandstone.daemon.catalog.HostSecrets;
import dev.sandstone.daemon.catalog.Sealer;
import dev.sandstone.engine.meta.HeapCatalogStore;
import dev.sandstone.snapshot.catalog.SnapshotCatalog;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AdminTest {
    private final HeapCatalogStore store = new HeapCatalogStore();
    private final Catalog catalog = Catalog.open(store, new ArrayEntry("test", new UUID(1, 2)));
    private final FakePool pool = new FakePool();
    private final TimeParts time = TimeParts.of(catalog, SnapshotCatalog.open(store), pool.timeline());
    private final FakeExposure exposure = new FakeExposure();
    private final ChangeLock lock = new ChangeLock();
    private final HostSecrets secrets = new HostSecrets(new Sealer(new byte[Sealer.KEY_BYTES]));
    private final VolumeAdmin volumes = new VolumeAdmin(catalog, pool, time, exposure, lock, 3);
    private final HostAdmin hosts = new HostAdmin(catalog, secrets, exposure, lock);
    private final GrantAdmin grants = new GrantAdmin(catalog, exposure, lock);

    private static Volumes.Create volume(String name, long bytes) {
        return new Volumes.Create(name, bytes, null, null, null, null);
    }

    private static Hosts.Create host(String name, String iqn, @Nullable String user, @Nullable String secret) {
        return new Hosts.Create(name, iqn, user, secret, null, null);
    }

    private static void refused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ApiException.class, refused -> {
            assertThat(refused.code()).isEqualTo(code);
            assertThat(refused.why()).isNotBlank();
            assertThat(refused.fix()).isNotBlank();
        });
    }

    @Test
    void aVolumeIsShownWithAllThatAnInitiatorNeeds() {
        Volumes.View view = volumes.create(volume("db", 1 << 20)).view();
        assertThat(view.uris())
                .containsExactly(
                        "iscsi://127.0.0.1:3260/iqn.2026-11.dev.sandstone:test/0",
                        "iscsi://[::1]:3261/iqn.2026-11.dev.sandstone:test/0");
        assertThat(view.sizeBytes()).isEqualTo(1 << 20);
        assertThat(view.writePolicy()).isEqualTo("durable");
        assertThat(view.physicalBlock()).isEqualTo(4096);
        assertThat(view.state()).isEqualTo("ready");
        assertThat(volumes.show("db")).isEqualTo(view);
        assertThat(exposure.told).containsExactly("catalog");
    }

    @Test
    void theSameCreateAgainAnswersTheSameVolumeAnotherIsAConflict() {
        assertThat(volumes.create(volume("db", 1 << 20)).isNew()).isTrue();
        Created<Volumes.View> again = volumes.create(volume("db", 1 << 20));
        assertThat(again.isNew()).isFalse();
        assertThat(volumes.list()).containsExactly(again.view());
        refused(ErrorCode.VOLUME_EXISTS, () -> volumes.create(volume("db", 2 << 20)));
        refused(
                ErrorCode.VOLUME_EXISTS,
                () -> volumes.create(new Volumes.Create("db", 1 << 20, 512, null, null, null)));
        refused(
                ErrorCode.VOLUME_EXISTS,
                () -> volumes.create(new Volumes.Create("db", 1 << 20, null, null, null, "write-back")));
    }

    @Test
    void whatCannotBeAVolumeIsRefusedBeforeTheEngineIsAsked() {
        refused(ErrorCode.BAD_SIZE, () -> volumes.create(volume("v", 0)));
        refused(ErrorCode.BAD_SIZE, () -> volumes.create(volume("v", -4096)));
        refused(ErrorCode.BAD_SIZE, () -> volumes.create(volume("v", 4097)));
        refused(ErrorCode.BAD_SIZE, () -> volumes.create(volume("v", (1L << 53) + 4096)));
        refused(ErrorCode.BAD_NAME, () -> volumes.create(volume("", 4096)));
        refused(ErrorCode.BAD_NAME, () -> volumes.create(volume("../x", 4096)));
        refused(ErrorCode.BAD_NAME, () -> volumes.create(volume("a".repeat(64), 4096)));
        refused(ErrorCode.BAD_VALUE, () -> volumes.create(new Volumes.Create("v", 4096, 1024, null, null, null)));
        refused(
                ErrorCode.BAD_VALUE,
                () -> volumes.create(new Volumes.Create("v", 4096, null, null, null, "sometimes")));
        assertThat(catalog.doomed()).isEmpty();
    }

    @Test
    void theEngineRefusalKeepsItsMeaningAndLeavesNoEntry() {
        refused(ErrorCode.POOL_FULL, () -> volumes.create(volume("large", 1L << 40)));
        assertThat(volumes.list()).isEmpty();
        new Reconciliation(catalog, pool, time.settlement()).sweep();
        assertThat(catalog.doomed()).isEmpty();
    }

    @Test
    void theNumberOfVolumesIsLimited() {
        for (String name : new String[] {"a", "b", "c"}) {
            volumes.create(volume(name, 4096));
        }
        refused(ErrorCode.LIMIT_REACHED, () -> volumes.create(volume("d", 4096)));
        volumes.destroy("b", false);
        assertThat(volumes.create(volume("d", 4096)).view().lun())
                .as("the freed LUN")
                .isEqualTo(1);
    }

    @Test
    void shrinkingNeedsTheWordForIt() {
        volumes.create(volume("db", 1 << 20));
        assertThat(volumes.resize("db", new Volumes.Resize(2 << 20, null)).sizeBytes())
                .isEqualTo(2 << 20);
        refused(ErrorCode.SHRINK_REFUSED, () -> volumes.resize("db", new Volumes.Resize(1 << 20, null)));
        refused(ErrorCode.SHRINK_REFUSED, () -> volumes.resize("db", new Volumes.Resize(1 << 20, false)));
        assertThat(volumes.resize("db", new Volumes.Resize(1 << 20, true)).sizeBytes())
                .isEqualTo(1 << 20);
        refused(ErrorCode.VOLUME_NOT_FOUND, () -> volumes.resize("none", new Volumes.Resize(1 << 20, true)));
    }

    @Test
    void theSizeThatIsSaidForExampleIsOne() {
        volumes.create(volume("db", 1 << 20));
        for (long size : new long[] {Long.MIN_VALUE, 0, 1, 5000, 9L << 50, Long.MAX_VALUE}) {
            assertThatThrownBy(() -> volumes.resize("db", new Volumes.Resize(size, true)))
                    .isInstanceOfSatisfying(ApiException.class, refused -> {
                        assertThat(refused.code()).isEqualTo(ErrorCode.BAD_SIZE);
                        long said = Long.parseLong(refused.fix().replaceAll("[^0-9]", ""));
                        assertThat(said).isNotEqualTo(size).isBetween(4096L, 8L << 50);
                    });
        }
    }

    @Test
    void aGrantOfAVolumeThatNobodyWritesSaysSo() {
        volumes.create(volume("db", 1 << 20));
        hosts.create(host("h", "iqn.2026-11.test:one", "user", "0123456789ab"));
        assertThat(grants.create(new Grants.Create("db", "h", null, false))
                        .view()
                        .readOnly())
                .isFalse();
        volumes.set("db", new Volumes.Update(null, true, null));
        assertThat(grants.show("db", "h").readOnly()).isTrue();
        assertThat(grants.create(new Grants.Create("db", "h", null, false)).isNew())
                .as("it is the grant that was asked for")
                .isFalse();
    }

    @Test
    void optionsChangeAndInitiatorsAreTold() {
        volumes.create(volume("db", 1 << 20));
        exposure.told.clear();
        Volumes.View view = volumes.set("db", new Volumes.Update("write-back", true, null));
        assertThat(view.writePolicy()).isEqualTo("write-back");
        assertThat(view.readOnly()).isTrue();
        assertThat(exposure.told).containsExactly("policy of db", "catalog");
        assertThat(volumes.set("db", new Volumes.Update(null, null, null))).isEqualTo(view);
        refused(ErrorCode.BAD_VALUE, () -> volumes.set("db", new Volumes.Update("x", null, null)));
    }

    @Test
    void aHostIsOneInitiatorAndItsSecretsStayInside() {
        Hosts.View view = hosts.create(host("h", "IQN.2026-11.Test:One", "user", "0123456789ab"))
                .view();
        assertThat(view.iqn()).isEqualTo("iqn.2026-11.test:one");
        assertThat(hosts.create(host("h", "iqn.2026-11.test:one", "user", "0123456789ab"))
                        .isNew())
                .isFalse();
        refused(ErrorCode.HOST_EXISTS, () -> hosts.create(host("h", "iqn.2026-11.test:one", "user", "another secret")));
        refused(ErrorCode.HOST_EXISTS, () -> hosts.create(host("h", "iqn.2026-11.test:two", null, null)));
        refused(ErrorCode.INITIATOR_TAKEN, () -> hosts.create(host("i", "iqn.2026-11.test:one", null, null)));
        HostEntry entry = catalog.state().host("h").orElseThrow();
        assertThat(entry.toString()).doesNotContain("0123456789ab");
        assertThat(secrets.chap(entry))
                .hasValueSatisfying(secret -> assertThat(secret).hasSize(12));
        assertThat(secrets.mutual(entry)).isEmpty();
        HostEntry moved = new HostEntry("other", entry.iqn(), entry.chapUser(), entry.chapSecret(), null, null);
        assertThatThrownBy(() -> secrets.chap(moved)).isInstanceOf(CatalogException.class);
    }

    @Test
    void whatCannotBeAHostIsRefused() {
        for (String bad : new String[] {"", "host", "iqn.2026-13.x:y", "eui.123", "iqn.2026-11.a b", "naa.12"}) {
            refused(ErrorCode.BAD_NAME, () -> hosts.create(host("h", bad, null, null)));
        }
        String iqn = "iqn.2026-11.test:one";
        refused(ErrorCode.BAD_VALUE, () -> hosts.create(host("h", iqn, "user", null)));
        refused(ErrorCode.BAD_VALUE, () -> hosts.create(host("h", iqn, null, "0123456789ab")));
        refused(ErrorCode.BAD_VALUE, () -> hosts.create(host("h", iqn, "user", "0123456789a")));
        refused(ErrorCode.BAD_VALUE, () -> hosts.create(host("h", iqn, "user", "x".repeat(256))));
        refused(ErrorCode.BAD_VALUE, () -> hosts.create(host("h", iqn, "us\ner", "0123456789ab")));
        refused(
                ErrorCode.BAD_VALUE,
                () -> hosts.create(new Hosts.Create("h", iqn, "u", "0123456789ab", "m", "0123456789ab")));
        refused(ErrorCode.BAD_VALUE, () -> hosts.create(new Hosts.Create("h", iqn, null, null, "m", "0123456789ab")));
        assertThat(hosts.list()).isEmpty();
    }

    @Test
    void aGrantTakesTheVolumesNumberWhereItIsFree() {
        volumes.create(volume("a", 4096));
        volumes.create(volume("b", 4096));
        hosts.create(host("h", "iqn.2026-11.test:one", null, null));
        assertThat(grants.create(new Grants.Create("b", "h", null, null)).view().lun())
                .isEqualTo(1);
        assertThat(grants.create(new Grants.Create("b", "h", null, null)).isNew())
                .isFalse();
        refused(ErrorCode.GRANT_EXISTS, () -> grants.create(new Grants.Create("b", "h", 4, null)));
        refused(ErrorCode.GRANT_EXISTS, () -> grants.create(new Grants.Create("b", "h", null, true)));
        refused(ErrorCode.LUN_TAKEN, () -> grants.create(new Grants.Create("a", "h", 1, null)));
        refused(ErrorCode.BAD_VALUE, () -> grants.create(new Grants.Create("a", "h", 16_384, null)));
        refused(ErrorCode.BAD_VALUE, () -> grants.create(new Grants.Create("a", "h", -1, null)));
        refused(ErrorCode.VOLUME_NOT_FOUND, () -> grants.create(new Grants.Create("x", "h", null, null)));
        refused(ErrorCode.HOST_NOT_FOUND, () -> grants.create(new Grants.Create("a", "x", null, null)));
        grants.create(new Grants.Create("a", "h", 9, null));
        assertThat(volumes.show("a").lun()).as("the LUN that its grant gave it").isEqualTo(9);
        assertThat(volumes.show("a").uris().get(0)).endsWith("/9");
    }

    @Test
    void aHostWithGrantsStaysAndAVolumeTakesItsGrantsAlong() {
        volumes.create(volume("a", 4096));
        hosts.create(host("h", "iqn.2026-11.test:one", null, null));
        grants.create(new Grants.Create("a", "h", null, null));
        refused(ErrorCode.HOST_HAS_GRANTS, () -> hosts.destroy("h"));
        volumes.destroy("a", false);
        assertThat(grants.list()).isEmpty();
        hosts.destroy("h");
        refused(ErrorCode.HOST_NOT_FOUND, () -> hosts.show("h"));
        refused(ErrorCode.GRANT_NOT_FOUND, () -> grants.destroy("a", "h"));
        refused(ErrorCode.VOLUME_NOT_FOUND, () -> volumes.destroy("a", false));
    }

    @Test
    void sessionsCarryTheNameOfTheirHost() {
        hosts.create(host("h", "iqn.2026-11.test:one", null, null));
        assertThat(new SessionAdmin(catalog, exposure).list()).singleElement().satisfies(session -> {
            assertThat(session.host()).isEqualTo("h");
            assertThat(session.type()).isEqualTo("normal");
        });
    }
}
