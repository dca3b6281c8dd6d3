package dev.sandstone.engine.recovery;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.map.HeadRun;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Counts the blocks that the map knows to be lost. The map is sound all the same: it says so, and reading them is a medium
 * error. But they had been acknowledged.
 */
final class LostBlocks {
    private static final String SIZE = " of 4 KiB";

    private final Map<Long, Long> now = new HashMap<>();
    private final Map<Long, Long> earlier = new HashMap<>();

    void add(HeadRun run) {
        if (Pointer.kind(run.pointer()) == Pointer.KIND_POISON) {
            (run.displaced() ? earlier : now).merge(run.lineage(), run.blocks(), Long::sum);
        }
    }

    /**
     * A line for each volume that has lost some, and for what it was.
     *
     * @param volumes by the lineage that they write to
     * @param moments what is retained: the volumes by the lineages that they wrote to before
     */
    List<String> lines(Map<Long, UUID> volumes, Map<Long, UUID> moments) {
        Map<UUID, Long> held = new TreeMap<>();
        Map<UUID, Long> kept = new TreeMap<>();
        Map<Long, Long> before = new HashMap<>(earlier);
        long others = 0;
        for (Map.Entry<Long, Long> one : now.entrySet()) {
            UUID volume = volumes.get(one.getKey());
            if (volume == null) {
                // Of a history that the volume has left, or that only clones have.
                before.merge(one.getKey(), one.getValue(), Long::sum);
            } else {
                held.merge(volume, one.getValue(), Long::sum);
            }
        }
        for (Map.Entry<Long, Long> one : before.entrySet()) {
            UUID current = volumes.get(one.getKey());
            UUID volume = current == null ? moments.get(one.getKey()) : current;
            if (volume == null) {
                others += one.getValue();
            } else {
                kept.merge(volume, one.getValue(), Long::sum);
            }
        }
        List<String> lines = new ArrayList<>();
        held.forEach((volume, blocks) -> lines.add("volume " + volume + " has lost " + counted(blocks)
                + ", acknowledged before: reading there is a medium error until it is written again"));
        kept.forEach((volume, blocks) -> lines.add("volume " + volume + " has lost " + counted(blocks)
                + " of what it was earlier, as snapshots, clones or its rewind window show it"));
        if (others > 0) {
            lines.add("what is left of a volume that is gone, for its clones, has lost " + counted(others));
        }
        return lines;
    }

    private static String counted(long blocks) {
        return blocks + (blocks == 1 ? " block" : " blocks") + SIZE;
    }
}
