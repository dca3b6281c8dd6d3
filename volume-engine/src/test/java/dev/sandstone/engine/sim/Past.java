package dev.sandstone.engine.sim;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that was ever changed in a volume, to judge a moment of which only is known that it was not later than some tick: it
 * shows nothing that began later, and with a change everything that had ended when that change began.
 */
final class Past {
    private static final Change NOTHING = Change.nothing(0);

    private final List<Place> places = new ArrayList<>();
    /** Changes that a crash may have taken back after a moment had shown them: such a moment is right, and one without. */
    private final Set<Change> doubtful = new HashSet<>();

    /** Where a change was made. */
    private record Place(Change change, int lba, int end) {}

    void add(Change change, int lba, int count) {
        places.add(new Place(change, lba, lba + count));
    }

    /** It never took effect. */
    void remove(Change change) {
        places.removeIf(place -> place.change.equals(change));
    }

    /** Power was lost, and what survived has been seen. */
    void lostPower() {
        places.stream().map(Place::change).filter(change -> !change.isDurable()).forEach(doubtful::add);
    }

    /**
     * The volume shows these at a moment.
     *
     * @param until the tick that the moment is not later than
     */
    void judge(String what, long[] ids, long until) {
        // Several changes may have left the same there: the judgement is for the moment.
        Change[] oldest = new Change[ids.length];
        Change[] newest = new Change[ids.length];
        for (Place place : places) {
            for (int lba = place.lba; lba < Math.min(place.end, ids.length) && !place.change.begunAfter(until); lba++) {
                if (place.change.shows(ids[lba])) {
                    oldest[lba] = oldest[lba] == null ? place.change : oldest[lba];
                    newest[lba] = place.change;
                }
            }
        }
        Change last = NOTHING;
        for (int lba = 0; lba < ids.length; lba++) {
            @Nullable Change shown = oldest[lba];
            if (ids[lba] == Content.ZERO) {
                newest[lba] = newest[lba] == null ? NOTHING : newest[lba];
            } else if (shown == null) {
                throw new SimProblem(what + " sector " + lba + " shows #" + ids[lba]
                        + ", which the volume never held up to tick " + until);
            } else if (shown.begun() > last.begun()) {
                last = shown;
            }
        }
        nothingMissing(what, newest, last);
    }

    private void nothingMissing(String what, Change[] shown, Change last) {
        for (Place place : places) {
            boolean surely = place.change.done() && !doubtful.contains(place.change) && place.change.before(last);
            for (int lba = place.lba; lba < Math.min(place.end, shown.length) && surely; lba++) {
                if (shown[lba].before(place.change)) {
                    throw new SimProblem(what + " shows " + last + " and not, in sector " + lba + ", the earlier "
                            + place.change + " but " + shown[lba]);
                }
            }
        }
    }
}
