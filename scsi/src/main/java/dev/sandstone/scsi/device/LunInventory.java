package dev.sandstone.scsi.device;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a nexus may see, at one time. Immutable; its generation grows with each change. */
final class LunInventory {
    static final LunInventory NONE = new LunInventory(0, List.of());

    private final int generation;
    private final LunLink[] links;
    private final int[] luns;

    /** @param links ascending by LUN, each LUN once */
    LunInventory(int generation, List<LunLink> links) {
        this.generation = generation;
        this.links = links.toArray(LunLink[]::new);
        this.luns = links.stream().mapToInt(LunLink::lun).toArray();
    }

    int generation() {
        return generation;
    }

    List<LunLink> links() {
        return Arrays.asList(links);
    }

    /** The LUNs, ascending; not to be changed. */
    int[] luns() {
        return luns;
    }

    @Nullable
    LunLink find(int lun) {
        // LUNs are mostly given from 0 without gaps.
        if (lun >= 0 && lun < luns.length && luns[lun] == lun) {
            return links[lun];
        }
        int at = Arrays.binarySearch(luns, lun);
        return at < 0 ? null : links[at];
    }
}
