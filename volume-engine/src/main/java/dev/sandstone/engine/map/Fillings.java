package dev.sandstone.engine.map;

import dev.sandstone.engine.meta.MetadataStore;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives lineages rows of their own for what they inherit, so that they can become independent. Nothing of this is a fact of
 * the log: what anybody sees is the same before and after each step.
 *
 * <p>Confined to the loop.
 */
public final class Fillings {
    private final Map<Long, LineageMap> lineages;
    private final Parts parts;
    private final int leavesPerStep;

    /** What it works with; all but the store are the map's. */
    record Parts(MetadataStore store, MapCommit commit, Folder folder, LeafLoader loader, int runsPerStep) {}

    /** @param lineages the map's, shared with it */
    Fillings(Map<Long, LineageMap> lineages, Parts parts) {
        this.lineages = lineages;
        this.parts = parts;
        leavesPerStep = Math.max(1, parts.runsPerStep() / Leaf.BLOCKS);
    }

    /** The lineages that are to become independent and still have a parent, oldest first. */
    public List<Long> due() {
        return lineages.values().stream()
                .filter(map -> map.parent() != null && map.family().tie() != LineageRow.Tie.PLAIN)
                .map(LineageMap::id)
                .sorted()
                .toList();
    }

    /**
     * For the two that follow; null when the lineage inherits nothing. The store must have the lineage, and the moment that
     * it was forked at.
     */
    public @Nullable Filling of(long id) {
        LineageMap map = lineages.get(id);
        return map == null || map.parent() == null ? null : new Filling(map);
    }

    private static InheritedWalk.Of inherited(LineageMap map) {
        List<HistReader.Step> path = map.path();
        return new InheritedWalk.Of(
                map.id(),
                path.subList(1, path.size()),
                map.parentLsn(),
                map.family().points());
    }

    /** Which segments hold what the next step would name; null when the store has failed. */
    public void survey(Filling of, Consumer<@Nullable Set<Long>> done) {
        InheritedWalk.Of what = inherited(of.lineage());
        InheritedWalk.Place from = of.next();
        parts.loader()
                .ask(
                        () -> {
                            Set<Long> segments = new HashSet<>();
                            InheritedWalk.Visitor visitor = (death, leaf, mask, image) -> {
                                segments.addAll(FillWriter.segments(mask, image));
                                return true;
                            };
                            new InheritedWalk(parts.store(), what, visitor).step(from, leavesPerStep);
                            return segments;
                        },
                        done);
    }

    /**
     * Takes a step. Whoever asks sees to it that nothing moves out of the allowed segments until it is done, and marks those
     * that it names as shared.
     *
     * @param done null when the store has failed or is closed, or the lineage is no more
     */
    public void fill(Filling of, Set<Long> allowed, Consumer<Filling.@Nullable Step> done) {
        parts.folder()
                .later(() -> begin(of, allowed), filled -> done.accept(filled == null ? null : ended(of, filled)));
    }

    /** The moments are those of the time when it begins: what is given back later is removed after it, too. */
    private FillWriter.@Nullable Begun begin(Filling of, Set<Long> allowed) {
        LineageMap map = of.lineage();
        if (map.parent() == null || !map.equals(lineages.get(map.id()))) {
            return null;
        }
        InheritedWalk.Of what = inherited(map);
        InheritedWalk.Place from = of.next();
        return () -> new FillWriter(parts.commit(), what, allowed).step(from, leavesPerStep);
    }

    private Filling.Step ended(Filling of, FillWriter.Filled filled) {
        LineageMap map = of.lineage();
        parts.loader().folded();
        map.family().forget(filled.leaves());
        boolean moved = !filled.next().equals(of.next());
        of.goOn(filled.next());
        if (filled.next().isEnd()) {
            map.family().tie(LineageRow.Tie.FILLED);
        }
        return new Filling.Step(moved, filled.segments());
    }
}
