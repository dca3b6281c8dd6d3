package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.log.RecordDescriptor;
import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What would be given back if some moments were retained no more and some lineages ended, all together: planned on the loop
 * by the rules that {@link BlockMap} follows, counted on a reader in what the store has by then. A block that several show goes
 * with the last of them.
 */
public final class Reclaim {
    private final Map<Long, Plan> plans = new LinkedHashMap<>();
    private final BlockMap map;

    /** A lineage as it would be. */
    private static final class Plan {
        final LineageMap lineage;
        final Points before;
        final Map<Long, Integer> released = new LinkedHashMap<>();
        Points after;
        boolean ended;
        boolean dead;

        Plan(LineageMap lineage) {
            this.lineage = lineage;
            before = lineage.family().points();
            after = before;
            ended = lineage.family().ended();
        }
    }

    /** What is counted of one lineage. */
    private record Count(long lineage, Points before, Points after, boolean head, long olderThan) {}

    Reclaim(BlockMap map) {
        this.map = map;
    }

    private Plan plan(LineageMap lineage) {
        return plans.computeIfAbsent(lineage.id(), id -> new Plan(lineage));
    }

    /** As if that moment were released once. On the loop. */
    public void release(long id, long lsn) {
        LineageMap lineage = map.find(id);
        if (lineage == null) {
            return;
        }
        Plan plan = plan(lineage);
        int times = plan.released.merge(lsn, 1, Integer::sum);
        if (times == lineage.family().retained(lsn)) {
            plan.after = plan.after.without(lsn);
            bury(plan);
        }
    }

    /** As if the lineage ended. On the loop. */
    public void end(long id) {
        LineageMap lineage = map.find(id);
        if (lineage != null) {
            Plan plan = plan(lineage);
            plan.ended = true;
            bury(plan);
        }
    }

    private void bury(Plan plan) {
        LineageMap parent = plan.lineage.parent();
        if (plan.ended && plan.after.isEmpty() && !plan.dead) {
            plan.dead = true;
            if (parent != null) {
                release(parent.id(), plan.lineage.parentLsn());
            }
        }
    }

    /** The counting that answers the blocks of 4 KiB with data. On the loop. */
    Counting counting(MetadataStore store, Records records) {
        List<Count> counts = new ArrayList<>();
        for (Plan plan : plans.values()) {
            boolean before = plan.lineage.family().ended();
            long olderThan = before ? plan.before.last() : Long.MAX_VALUE;
            boolean head = plan.ended && plan.after.last() < olderThan;
            counts.add(new Count(plan.lineage.id(), plan.before, plan.after, head, olderThan));
        }
        Map<Long, SharedFreed.Rest> rests = rests();
        return () -> {
            SharedFreed shared = new SharedFreed(store, rests);
            long alone = counts.stream()
                    .mapToLong(count -> blocks(store, count, shared))
                    .sum();
            return new Answer(alone + shared.blocks(records), shared.isAny());
        };
    }

    /** What is left of all lineages; nothing is asked of it where nothing is shared. */
    private Map<Long, SharedFreed.Rest> rests() {
        Map<Long, SharedFreed.Rest> rests = new HashMap<>();
        if (map.lends()) {
            map.families((id, family) -> {
                Plan plan = plans.get(id);
                if (plan == null) {
                    rests.put(id, new SharedFreed.Rest(family.points(), family.ended()));
                } else if (!plan.dead) {
                    rests.put(id, new SharedFreed.Rest(plan.after, plan.ended));
                }
            });
        }
        return rests;
    }

    /** Counts, on a reader. */
    @FunctionalInterface
    interface Counting {
        Answer answer();
    }

    /** @param shared whether others could show some of what goes: blocks that were moved meanwhile may be counted wrongly */
    record Answer(long blocks, boolean shared) {}

    /** Port: the records in a segment; asked on a reader. */
    @FunctionalInterface
    public interface Records {
        /** @return null when they are not known */
        @Nullable
        List<RecordDescriptor> of(long segment);
    }

    private static long blocks(MetadataStore store, Count count, SharedFreed shared) {
        return history(store, count, shared) + (count.head() ? head(store, count, shared) : 0);
    }

    private static long history(MetadataStore store, Count count, SharedFreed shared) {
        long first = count.before().after(0);
        while (first != Points.NEVER && count.after().contains(first)) {
            first = count.before().after(first);
        }
        if (first == Points.NEVER) {
            return 0;
        }
        long found = 0;
        HistRow row = new HistRow();
        ByteBuffer from = ByteBuffer.allocateDirect(KeySpace.HISTORY_KEY_BYTES);
        ByteBuffer to = ByteBuffer.allocateDirect(KeySpace.HISTORY_KEY_BYTES);
        KeySpace.dead(from, count.lineage(), first + 1, 0);
        KeySpace.dead(to, count.lineage(), -1, 0);
        try (MetadataCursor rows = store.scan(Table.DEAD, from, to)) {
            for (; rows.valid(); rows.next()) {
                long death = KeySpace.part(rows.key(), 1);
                long leaf = KeySpace.part(rows.key(), 2);
                ByteBuffer versions = store.get(Table.HIST, KeySpace.hist(from, count.lineage(), leaf, death));
                if (versions != null) {
                    row.decode(versions);
                    found += freed(row, death, count, shared);
                }
            }
        }
        return found;
    }

    private static long freed(HistRow row, long death, Count count, SharedFreed shared) {
        long found = 0;
        for (int i = row.next(0); i < Leaf.BLOCKS; i = row.next(i + 1)) {
            long birth = row.versions.births[i];
            long pointer = row.versions.pointers[i];
            boolean goes = count.before().need(birth, death) && !count.after().need(birth, death);
            found += goes && Pointer.hasData(pointer) && !shared.add(pointer, 1) ? 1 : 0;
        }
        return found;
    }

    private static long head(MetadataStore store, Count count, SharedFreed shared) {
        long found = 0;
        Run run = new Run();
        ByteBuffer from = ByteBuffer.allocateDirect(KeySpace.HEAD_KEY_BYTES);
        ByteBuffer to = ByteBuffer.allocateDirect(KeySpace.HEAD_KEY_BYTES);
        KeySpace.head(from, count.lineage(), 0);
        KeySpace.head(to, count.lineage(), Long.MAX_VALUE);
        try (MetadataCursor rows = store.scan(Table.HEAD, from, to)) {
            for (; rows.valid(); rows.next()) {
                RunCodec.decode(rows.key(), rows.value(), run);
                boolean freed = run.birth > count.after().last() && run.birth <= count.olderThan();
                found += freed && run.hasData() && !shared.add(run.pointer, run.blocks()) ? run.blocks() : 0;
            }
        }
        return found;
    }
}
