package dev.sandstone.daemon.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.Portals;
import dev.sandstone.daemon.catalog.ArrayEntry;
import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.engine.meta.HeapCatalogStore;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Paths of an array with the portals 127.0.0.1:3260 and [::1]:3261. */
class PortalAdminTest {
    private final Catalog catalog = Catalog.open(new HeapCatalogStore(), new ArrayEntry("test", new UUID(1, 2)));
    private final PortalAdmin admin = of("0.0.0.0:0", "0.0.0.0:0");

    /** An array as it starts. */
    private PortalAdmin of(String... configured) {
        PortalAdmin started = new PortalAdmin(catalog, List.of(configured), new FakeExposure(), new ChangeLock());
        started.restore();
        return started;
    }

    private Portals.View set(
            String id, @Nullable String access, @Nullable String redirect, @Nullable Boolean permanent) {
        return admin.set(id, new Portals.Update(access, redirect, permanent));
    }

    @Test
    void whatIsNotNamedStays() {
        assertThat(admin.list())
                .containsExactly(
                        new Portals.View(1, "127.0.0.1:3260", "optimized", null, false),
                        new Portals.View(2, "[::1]:3261", "optimized", null, false));
        assertThat(set("2", "non-optimized", null, null))
                .isEqualTo(new Portals.View(2, "[::1]:3261", "non-optimized", null, false));
        assertThat(set("2", null, "10.0.0.1:3260", true))
                .isEqualTo(new Portals.View(2, "[::1]:3261", "non-optimized", "10.0.0.1:3260", true));
        assertThat(set("2", "optimized", null, null))
                .isEqualTo(new Portals.View(2, "[::1]:3261", "optimized", "10.0.0.1:3260", true));
        assertThat(set("2", null, "", null))
                .isEqualTo(admin.list().get(1))
                .extracting("redirect")
                .isNull();
    }

    @Test
    void whatWasSetOutlivesARestart() {
        set("1", "non-optimized", "10.0.0.1:3260", true);
        set("2", null, "10.0.0.2:3260", null);
        assertThat(of("0.0.0.0:0", "0.0.0.0:0").list()).isEqualTo(admin.list());
        assertThat(of("[::]:3260", "0.0.0.0:0").list())
                .as("a portal that was put in front")
                .containsExactly(
                        new Portals.View(1, "127.0.0.1:3260", "optimized", null, false),
                        new Portals.View(2, "[::1]:3261", "non-optimized", "10.0.0.1:3260", true));
    }

    @Test
    void aRedirectThatHasBecomeACircleIsLeftOut() {
        set("1", "non-optimized", "[::1]:3261", null);
        assertThat(of("other:1", "0.0.0.0:0").list())
                .containsExactly(
                        new Portals.View(1, "127.0.0.1:3260", "optimized", null, false),
                        new Portals.View(2, "[::1]:3261", "non-optimized", null, false));
    }

    @Test
    void whatCannotBeIsRefusedAndChangesNothing() {
        refused("3", "optimized", null, null, ErrorCode.PORTAL_NOT_FOUND);
        refused("01", "optimized", null, null, ErrorCode.PORTAL_NOT_FOUND);
        refused("1", "standby", null, null, ErrorCode.BAD_VALUE);
        refused("1", "non-optimized", "nowhere", null, ErrorCode.BAD_VALUE);
        refused("1", null, "127.0.0.1:0", null, ErrorCode.BAD_VALUE);
        refused("1", null, null, true, ErrorCode.BAD_VALUE);
        refused("1", null, "127.0.0.1:3260", null, ErrorCode.BAD_VALUE);
        assertThat(admin.show("1").access()).isEqualTo("optimized");
        set("1", null, "[::1]:3261", null);
        refused("2", null, "127.0.0.1:3260", null, ErrorCode.BAD_VALUE);
        refused("2", null, "10.0.0.1:3260", null, ErrorCode.BAD_VALUE);
    }

    private void refused(
            String id,
            @Nullable String access,
            @Nullable String redirect,
            @Nullable Boolean permanent,
            ErrorCode code) {
        assertThatThrownBy(() -> set(id, access, redirect, permanent))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
