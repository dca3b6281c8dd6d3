package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a block map should say, kept the plainest way: all versions of each block, and who still asks for them. */
final class ReferenceMap {
    /** One version; relocations change where it lies. */
    static final class Version {
        final long birth;
        final int checksum;
        final List<Long> pointers = new ArrayList<>();
        /** Whether it was inherited: then it lies where an ancestor had it at some time. */
        private boolean inherited;

        Version(long pointer, long birth, int checksum) {
            this.birth = birth;
            this.checksum = checksum;
            pointers.add(pointer);
        }

        long pointer() {
            return pointers.getLast();
        }

        boolean inherited() {
            return inherited;
        }

        /** Where it was found to lie, if it can be there. */
        void settle(long pointer) {
            if (inherited && pointers.remove(pointer)) {
                pointers.add(pointer);
            }
        }

        private static Version inherited(Version of, long birth) {
            Version version = new Version(of.pointer(), birth, of.checksum);
            version.pointers.clear();
            version.pointers.addAll(of.pointers);
            version.inherited = true;
            return version;
        }

        boolean isHole() {
            return HeadMerge.isBlank(pointer());
        }
    }

    /** A version that must be stored. */
    record Needed(long lineage, long block, long birth, long pointer, int checksum) {}

    /** A moment that is retained, from one record to another. */
    static final class Moment {
        final long lineage;
        final long lsn;
        long released = Long.MAX_VALUE;

        Moment(long lineage, long lsn) {
            this.lineage = lineage;
            this.lsn = lsn;
        }
    }

    /**
     * A fact as the log has it; for BLANK the pointer says which; RELEASE names the moment as its block, FORK the parent
     * as its block and the moment as its blocks.
     */
    record Fact(Kind kind, long lineage, long birth, long block, long blocks, long pointer) {
        int[] checksums() {
            int[] sums = new int[(int) blocks];
            for (int i = 0; i < sums.length; i++) {
                sums[i] = checksum(lineage, block + i, birth);
            }
            return sums;
        }

        /** Writes it, or shows it as a copy by reference does. */
        void write(LineageMap to) {
            if (birth % 2 == 0) {
                to.write(birth, block, (int) blocks, pointer, checksums());
            } else {
                to.show(birth, block, (int) blocks, pointer, checksums());
            }
        }
    }

    enum Kind {
        WRITE,
        RELOCATE,
        BLANK,
        DELETE,
        SNAP,
        RELEASE,
        FORK,
        DETACHING,
        DETACHED
    }

    private static final class Lineage {
        final TreeMap<Long, List<Version>> blocks = new TreeMap<>();
        long parent;
        long parentLsn;
        boolean ended;
        boolean dead;
    }

    private final Map<Long, Lineage> lineages = new HashMap<>();
    private final List<Moment> moments = new ArrayList<>();

    static int checksum(long lineage, long block, long birth) {
        return (int) (31 * (31 * lineage + block) + birth);
    }

    private Lineage lineage(long id) {
        return lineages.computeIfAbsent(id, unknown -> new Lineage());
    }

    List<Moment> moments() {
        return moments;
    }

    /** The newest version that was born by then, its own or inherited; null for a hole. */
    @Nullable
    Version version(long id, long block, long lsn) {
        Lineage lineage = lineage(id);
        List<Version> versions = lineage.blocks.getOrDefault(block, List.of());
        for (int i = versions.size() - 1; i >= 0; i--) {
            if (versions.get(i).birth <= lsn) {
                return versions.get(i).isHole() ? null : versions.get(i);
            }
        }
        return lineage.parent == 0 ? null : version(lineage.parent, block, lineage.parentLsn);
    }

    void apply(Fact fact) {
        Lineage lineage = lineage(fact.lineage());
        long end = fact.block() + fact.blocks();
        switch (fact.kind()) {
            case WRITE -> {
                for (long b = fact.block(); b < end; b++) {
                    put(lineage, b, version(fact, b));
                }
            }
            case RELOCATE -> {
                for (long b = fact.block(); b < end; b++) {
                    relocate(fact, lineage, b);
                }
            }
            case BLANK -> blank(fact, lineage, end);
            case DELETE -> lineage.ended = true;
            case SNAP -> moments.add(new Moment(fact.lineage(), fact.birth()));
            case RELEASE ->
                moments.stream()
                        .filter(moment -> moment.lineage == fact.lineage() && moment.lsn == fact.block())
                        .filter(moment -> moment.released == Long.MAX_VALUE)
                        .forEach(moment -> moment.released = fact.birth());
            case FORK -> {
                lineage.parent = fact.block();
                lineage.parentLsn = fact.blocks();
            }
            case DETACHING -> {}
            case DETACHED -> detach(lineage);
        }
        if (fact.kind() == Kind.DELETE || fact.kind() == Kind.RELEASE || fact.kind() == Kind.DETACHED) {
            bury();
        }
    }

    /** As if it had had always what it inherits. */
    private void detach(Lineage lineage) {
        if (lineage.parent == 0 || lineage.dead) {
            return;
        }
        for (long block = 0; block < MapWorld.BLOCKS; block++) {
            Version version = version(lineage.parent, block, lineage.parentLsn);
            if (version != null) {
                lineage.blocks
                        .computeIfAbsent(block, first -> new ArrayList<>())
                        .addFirst(Version.inherited(version, lineage.parentLsn));
            }
        }
        lineage.parent = 0;
        lineage.parentLsn = 0;
    }

    /** Lineages that inherit. */
    List<Long> children() {
        return lineages.entrySet().stream()
                .filter(entry -> entry.getValue().parent != 0 && !entry.getValue().dead)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    long parentLsn(long id) {
        return lineage(id).parentLsn;
    }

    /** The version of a block of that birth; null when there is none. */
    @Nullable
    Version born(long id, long block, long birth) {
        for (Version version : lineage(id).blocks.getOrDefault(block, List.of())) {
            if (version.birth == birth) {
                return version;
            }
        }
        return null;
    }

    private static void put(Lineage lineage, long block, Version version) {
        lineage.blocks.computeIfAbsent(block, first -> new ArrayList<>()).add(version);
    }

    private static void relocate(Fact fact, Lineage lineage, long block) {
        for (Version version : lineage.blocks.getOrDefault(block, List.of())) {
            if (version.birth == fact.birth() && Pointer.hasData(version.pointer())) {
                version.pointers.add(Pointer.plus(fact.pointer(), block - fact.block()));
            }
        }
    }

    private static void blank(Fact fact, Lineage lineage, long end) {
        boolean hole = fact.pointer() != Pointer.POISON;
        for (long b = fact.block(); b < end; b++) {
            List<Version> versions = lineage.blocks.get(b);
            boolean nothing =
                    versions == null ? lineage.parent == 0 : versions.getLast().isHole();
            if (!hole || !nothing) {
                put(lineage, b, new Version(fact.pointer(), fact.birth(), 0));
            }
        }
    }

    private static Version version(Fact fact, long block) {
        return new Version(
                Pointer.plus(fact.pointer(), block - fact.block()),
                fact.birth(),
                checksum(fact.lineage(), block, fact.birth()));
    }

    // who still asks

    boolean isDead(long id) {
        return lineage(id).dead;
    }

    /** Lineages that have ended and that nothing asks for are dead, and ask for nothing themselves. */
    private void bury() {
        boolean again = true;
        while (again) {
            again = false;
            for (Map.Entry<Long, Lineage> entry : lineages.entrySet()) {
                Lineage lineage = entry.getValue();
                if (lineage.ended && !lineage.dead && points(entry.getKey()).isEmpty()) {
                    lineage.dead = true;
                    again = true;
                }
            }
        }
    }

    /** The moments of a lineage that are retained. */
    Set<Long> points(long id) {
        Set<Long> points = new HashSet<>();
        for (Moment moment : moments) {
            if (moment.lineage == id && moment.released == Long.MAX_VALUE) {
                points.add(moment.lsn);
            }
        }
        for (Lineage child : lineages.values()) {
            if (child.parent == id && !child.dead) {
                points.add(child.parentLsn);
            }
        }
        return points;
    }

    /** All versions that are to be stored and are no holes. */
    Set<Needed> needed() {
        Set<Needed> needed = new HashSet<>();
        lineages.forEach((id, lineage) -> {
            if (!lineage.dead) {
                List<Long> points = points(id).stream().sorted().toList();
                lineage.blocks.forEach((block, versions) -> {
                    for (int i = 0; i < versions.size(); i++) {
                        Version version = versions.get(i);
                        boolean newest = i + 1 == versions.size();
                        long death = newest ? Long.MAX_VALUE : versions.get(i + 1).birth;
                        boolean shown = points.stream().anyMatch(lsn -> version.birth <= lsn && lsn < death);
                        if (!version.isHole() && (shown || (newest && !lineage.ended))) {
                            needed.add(new Needed(id, block, version.birth, version.pointer(), version.checksum));
                        }
                    }
                });
            }
        });
        return needed;
    }
}
