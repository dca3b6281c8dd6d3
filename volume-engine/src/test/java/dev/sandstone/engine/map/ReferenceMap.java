package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a block map should say, kept the plainest way: a sorted map of blocks for each lineage. */
final class ReferenceMap {
    record Version(long pointer, long birth, int checksum) {}

    /** A fact as the log has it; for BLANK the pointer says which. */
    record Fact(Kind kind, long lineage, long birth, long block, long blocks, long pointer) {
        int[] checksums() {
            int[] sums = new int[(int) blocks];
            for (int i = 0; i < sums.length; i++) {
                sums[i] = checksum(lineage, block + i, birth);
            }
            return sums;
        }
    }

    enum Kind {
        WRITE,
        RELOCATE,
        BLANK,
        DELETE
    }

    private final Map<Long, NavigableMap<Long, Version>> lineages = new HashMap<>();

    static int checksum(long lineage, long block, long birth) {
        return (int) (31 * (31 * lineage + block) + birth);
    }

    NavigableMap<Long, Version> lineage(long id) {
        return lineages.computeIfAbsent(id, unknown -> new TreeMap<>());
    }

    @Nullable
    Version version(long lineage, long block) {
        return lineage(lineage).get(block);
    }

    void apply(Fact fact) {
        NavigableMap<Long, Version> blocks = lineage(fact.lineage());
        long end = fact.block() + fact.blocks();
        switch (fact.kind()) {
            case WRITE -> {
                for (long b = fact.block(); b < end; b++) {
                    blocks.put(b, version(fact, b));
                }
            }
            case RELOCATE -> {
                for (long b = fact.block(); b < end; b++) {
                    Version old = blocks.get(b);
                    if (old != null && old.birth == fact.birth() && Pointer.hasData(old.pointer)) {
                        blocks.put(b, version(fact, b));
                    }
                }
            }
            case BLANK -> {
                if (fact.pointer() == Pointer.POISON) {
                    for (long b = fact.block(); b < end; b++) {
                        blocks.put(b, new Version(Pointer.POISON, fact.birth(), 0));
                    }
                } else {
                    blocks.subMap(fact.block(), end).clear();
                }
            }
            case DELETE -> lineages.remove(fact.lineage());
        }
    }

    private static Version version(Fact fact, long block) {
        return new Version(
                Pointer.plus(fact.pointer(), block - fact.block()),
                fact.birth(),
                checksum(fact.lineage(), block, fact.birth()));
    }

    /** Blocks of all lineages that are not blank. */
    long blocks() {
        return lineages.values().stream().mapToLong(Map::size).sum();
    }

    /** Live bytes of each segment. */
    Map<Long, Long> live() {
        Map<Long, Long> live = new HashMap<>();
        for (NavigableMap<Long, Version> blocks : lineages.values()) {
            for (Version version : blocks.values()) {
                if (Pointer.hasData(version.pointer)) {
                    live.merge(Pointer.segment(version.pointer), 4096L, Long::sum);
                }
            }
        }
        return live;
    }
}
