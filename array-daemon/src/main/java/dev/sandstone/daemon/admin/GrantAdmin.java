package dev.sandstone.daemon.admin;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.Grants;
import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.CatalogState;
import dev.sandstone.daemon.catalog.GrantEntry;
import dev.sandstone.daemon.catalog.HostEntry;
import dev.sandstone.daemon.catalog.VolumeEntry;
import java.util.List;
import java.util.Optional;

/** Grants: which host sees which volume at which LUN. */
public final class GrantAdmin {
    /** SAM-5 4.7.4: the most the flat space addressing method can say. */
    private static final int MAX_LUN = 16_383;

    private final Catalog catalog;
    private final Exposure exposure;
    private final ChangeLock lock;

    public GrantAdmin(Catalog catalog, Exposure exposure, ChangeLock lock) {
        this.catalog = catalog;
        this.exposure = exposure;
        this.lock = lock;
    }

    public List<Grants.View> list() {
        CatalogState state = catalog.state();
        return state.grants().stream().map(grant -> view(state, grant)).toList();
    }

    public Grants.View show(String volume, String host) {
        CatalogState state = catalog.state();
        return view(state, grant(state, volume, host));
    }

    /** Answers the existing grant when it is as asked for. */
    public Created<Grants.View> create(Grants.Create asked) {
        Integer lun = asked.lun();
        if (lun != null && (lun < 0 || lun > MAX_LUN)) {
            throw new ApiException(
                    ErrorCode.BAD_VALUE,
                    "no LUN " + lun,
                    "a LUN is 0 to " + MAX_LUN,
                    "leave --lun away, or choose another");
        }
        return lock.change(() -> {
            CatalogState state = catalog.state();
            VolumeEntry volume =
                    state.unit(asked.volume()).orElseThrow(() -> VolumeAdmin.volumeNotFound(asked.volume()));
            HostEntry host = state.host(asked.host()).orElseThrow(() -> HostAdmin.hostNotFound(asked.host()));
            Optional<GrantEntry> existing = state.grant(volume.name(), host.name());
            if (existing.isPresent()) {
                return new Created<>(view(state, sameOrConflict(existing.get(), asked)), false);
            }
            int chosen = lun == null ? freeLun(state, volume, host) : freeLun(state, host, lun);
            GrantEntry entry =
                    new GrantEntry(volume.name(), host.name(), chosen, Boolean.TRUE.equals(asked.readOnly()));
            catalog.addGrant(entry);
            exposure.catalogChanged();
            return new Created<>(view(catalog.state(), entry), true);
        });
    }

    private static GrantEntry sameOrConflict(GrantEntry existing, Grants.Create asked) {
        Integer lun = asked.lun();
        if ((lun == null || lun == existing.lun()) && existing.readOnly() == Boolean.TRUE.equals(asked.readOnly())) {
            return existing;
        }
        throw new ApiException(
                ErrorCode.GRANT_EXISTS,
                "host \"" + existing.host() + "\" has volume \"" + existing.volume() + "\" already, at LUN "
                        + existing.lun(),
                "the grant differs in LUN or access from the one asked for",
                "destroy it first: san grant destroy " + existing.volume() + " " + existing.host());
    }

    /** The volume's own number, so that all hosts see it at one LUN; another one only where that is taken. */
    private static int freeLun(CatalogState state, VolumeEntry volume, HostEntry host) {
        return holder(state, host, volume.lun()).isEmpty() ? volume.lun() : state.lowestFreeLun(host.name());
    }

    private static int freeLun(CatalogState state, HostEntry host, int lun) {
        holder(state, host, lun).ifPresent(taken -> {
            throw new ApiException(
                    ErrorCode.LUN_TAKEN,
                    "host \"" + host.name() + "\" has volume \"" + taken.volume() + "\" at LUN " + lun,
                    "a LUN shows one volume",
                    "leave --lun away, or choose another");
        });
        return lun;
    }

    private static Optional<GrantEntry> holder(CatalogState state, HostEntry host, int lun) {
        return state.grantsOfHost(host.name()).stream()
                .filter(grant -> grant.lun() == lun)
                .findFirst();
    }

    public void destroy(String volume, String host) {
        lock.change(() -> {
            GrantEntry entry = grant(catalog.state(), volume, host);
            catalog.removeGrant(entry);
            exposure.catalogChanged();
            return entry;
        });
    }

    private static GrantEntry grant(CatalogState state, String volume, String host) {
        return state.grant(volume, host)
                .orElseThrow(() -> new ApiException(
                        ErrorCode.GRANT_NOT_FOUND,
                        "no grant of volume \"" + volume + "\" to host \"" + host + "\"",
                        "the array has no such grant",
                        "see the grants with: san grant list"));
    }

    private static Grants.View view(CatalogState state, GrantEntry grant) {
        String iqn = state.host(grant.host()).map(HostEntry::iqn).orElse("");
        boolean protectedUnit =
                state.unit(grant.volume()).map(VolumeEntry::readOnly).orElse(false);
        return new Grants.View(grant.volume(), grant.host(), iqn, grant.lun(), grant.readOnly() || protectedUnit);
    }
}
