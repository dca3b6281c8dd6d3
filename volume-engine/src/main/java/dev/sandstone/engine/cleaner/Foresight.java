package dev.sandstone.engine.cleaner;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.map.BlockMap;
import dev.sandstone.engine.map.LineageMap;
import dev.sandstone.engine.map.MapReader;
import dev.sandstone.engine.map.MapSlice;
import dev.sandstone.engine.map.Sought;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks the map ahead about many stretches of a segment at once: random writes leave thousands of them in each segment, and each
 * answer that is not in memory takes a reader, and often the disk.
 *
 * <p>A lineage that keeps history is asked for the very version that the record made. Memory knows the newest one of a lineage
 * that has not ended; for others the store is asked, once a pass has seen to it that everything up to its beginning is
 * folded: from then on no version can turn up there that was not. So an answer may be too old only in that the version is
 * gone meanwhile, and then the map does not follow the move. Leaves of other lineages are brought into memory.
 *
 * <p>Confined to the shard's loop.
 */
final class Foresight {
    /** Leaves that are loaded at once, so few that no initiator's read waits long for a reader behind them. */
    static final int MOST_LOADS = 64;

    private final BlockMap map;
    private final IdentityHashMap<Stretches.Claim, MapSlice> answers = new IdentityHashMap<>();
    private final List<Sought> sought = new ArrayList<>();
    private int end;
    private boolean folded;
    private int awaited;
    private boolean ok;

    Foresight(BlockMap map) {
        this.map = map;
    }

    /** A pass begins. */
    void begin() {
        end = 0;
        folded = false;
    }

    /** Where the version lies that a lineage with history shows there; null when that was not asked. */
    @Nullable
    MapSlice answer(Stretches.Claim of) {
        return answers.get(of);
    }

    /** Whether the pass has looked at that stretch. */
    boolean covers(int stretch) {
        return stretch < end;
    }

    /**
     * Looks at the stretches from one on.
     *
     * @param most versions that are looked at in one go, about
     * @param done told only when the answers come later
     * @return whether all are there
     */
    boolean look(List<Stretches.Stretch> stretches, int from, int most, MapReader.Loaded done) {
        answers.clear();
        sought.clear();
        ok = true;
        awaited = 1;
        int looked = 0;
        for (end = from; end < stretches.size() && looked < most && awaited <= MOST_LOADS; end++) {
            for (Stretches.Claim claim : stretches.get(end).claims()) {
                look(stretches.get(end), claim, done);
                looked++;
            }
        }
        if (!sought.isEmpty()) {
            awaited++;
            ask(done);
        }
        awaited--;
        if (awaited == 0 && !ok) {
            done.loaded(false);
        }
        return awaited == 0 && ok;
    }

    private void ask(MapReader.Loaded done) {
        if (folded) {
            map.find(List.copyOf(sought), good -> arrived(good, done));
            return;
        }
        map.fold(good -> {
            folded = good;
            if (good) {
                ask(done);
            } else {
                arrived(false, done);
            }
        });
    }

    private void look(Stretches.Stretch at, Stretches.Claim of, MapReader.Loaded done) {
        LineageMap owner = map.find(of.lineage());
        if (owner == null) {
            return;
        }
        MapSlice slice = new MapSlice(at.blocks());
        boolean known = !owner.hasEnded() && owner.lookup(of.block(), at.blocks(), slice);
        if (owner.keepsHistory()) {
            answers.put(of, slice);
            if (!known || !allShow(slice, at, of)) {
                boolean displaced = known && asksBehind();
                sought.add(new Sought(of.lineage(), of.block(), of.birth(), slice, displaced));
            }
        } else if (!known) {
            awaited++;
            owner.load(of.block(), at.blocks(), good -> arrived(good, done));
        }
    }

    /**
     * Whether history has all that memory says is not newest any more, by the time that it is asked: the fold is yet to come. Else
     * a version may still stand as the newest in the store.
     */
    private boolean asksBehind() {
        return !folded;
    }

    private static boolean allShow(MapSlice slice, Stretches.Stretch at, Stretches.Claim of) {
        for (int i = 0; i < slice.blocks(); i++) {
            if (!shows(slice, i, at, i, of)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the map says of a block that the version shows this one of the stretch. */
    static boolean shows(MapSlice slice, int index, Stretches.Stretch at, int block, Stretches.Claim of) {
        return slice.pointer(index) == Pointer.plus(at.pointer(), block) && slice.birth(index) == of.birth();
    }

    private void arrived(boolean good, MapReader.Loaded done) {
        ok &= good;
        if (--awaited == 0) {
            done.loaded(ok);
        }
    }
}
