package dev.sandstone.daemon.admin;

import dev.sandstone.daemon.catalog.CatalogState;
import dev.sandstone.daemon.catalog.GrantEntry;
import dev.sandstone.daemon.catalog.VolumeEntry;
import java.util.List;

/** Where initiators find a volume or a mounted snapshot. */
final class UnitAddress {
    private UnitAddress() {}

    /** The LUN of all its grants if they agree, else its own number. */
    static int lun(CatalogState state, VolumeEntry unit) {
        List<Integer> granted = state.grantsOfVolume(unit.name()).stream()
                .map(GrantEntry::lun)
                .distinct()
                .toList();
        return granted.size() == 1 ? granted.get(0) : unit.lun();
    }

    static List<String> uris(Exposure exposure, int lun) {
        String iqn = exposure.iqn();
        return exposure.portals().stream()
                .map(portal -> "iscsi://" + portal + "/" + iqn + "/" + lun)
                .toList();
    }
}
