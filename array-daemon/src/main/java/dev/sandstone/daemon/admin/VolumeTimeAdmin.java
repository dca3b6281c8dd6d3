package dev.sandstone.daemon.admin;

import static dev.sandstone.daemon.admin.SnapshotRefusals.told;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.VolumeTimes;
import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.CatalogState;
import dev.sandstone.daemon.catalog.VolumeEntry;
import dev.sandstone.engine.volume.Moment;
import dev.sandstone.engine.volume.Timeline.Comparison;
import dev.sandstone.engine.volume.Timeline.Rewind;
import dev.sandstone.snapshot.catalog.Clock;
import dev.sandstone.snapshot.catalog.SnapshotEntry;
import dev.sandstone.snapshot.catalog.SnapshotKind;
import dev.sandstone.snapshot.diff.Diff;
import dev.sandstone.snapshot.diff.Diffs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a volume was: its history, and what differs between two moments of it. */
public final class VolumeTimeAdmin {
    /** What now was for the parts before; no snapshot has such a name, and no time. */
    private static final Pattern SEEN = Pattern.compile("now:([0-9]{1,18})\\.([0-9]{1,18})");

    private final Catalog catalog;
    private final TimeParts time;
    private final Diffs diffs;

    public VolumeTimeAdmin(Catalog catalog, TimeParts time) {
        this.catalog = catalog;
        this.time = time;
        this.diffs = new Diffs(time.timeline());
    }

    public VolumeTimes.History history(String name) {
        CatalogState state = catalog.state();
        VolumeEntry volume = volume(name);
        Rewind rewind = Engine.await(time.timeline().rewind(volume.id()));
        List<VolumeTimes.Event> events = new ArrayList<>();
        events.add(new VolumeTimes.Event(shown(volume.createdMicros()), "created", name));
        for (SnapshotEntry entry : time.names().state().snapshots(volume.id())) {
            String what = entry.kind() == SnapshotKind.MANUAL
                    ? "snapshot"
                    : entry.kind().name().toLowerCase(Locale.ROOT);
            events.add(new VolumeTimes.Event(shown(entry.takenMicros()), what, entry.name()));
        }
        for (VolumeEntry other : state.volumes()) {
            if (isCloneOf(other, volume)) {
                events.add(new VolumeTimes.Event(shown(other.createdMicros()), "clone", other.name()));
            }
        }
        events.sort(Comparator.comparing(event -> Instant.parse(event.at())));
        return new VolumeTimes.History(
                name,
                volume.origin(),
                rewind.window().toSeconds(),
                rewind.reachable().map(Instant::toString).orElse(null),
                events);
    }

    /** An older one is of a volume that had the name before. */
    private static boolean isCloneOf(VolumeEntry other, VolumeEntry volume) {
        String origin = other.origin();
        return origin != null
                && other.createdMicros() >= volume.createdMicros()
                && (origin.equals(volume.name()) || origin.startsWith(volume.name() + VolumeEntry.AT));
    }

    /**
     * A part of what differs; the parts fit together when each but the first names the moments that the one before answered.
     *
     * @param to empty: now
     * @param start byte, as the part before named it
     */
    public VolumeTimes.Changes changes(String name, String from, String to, long start, int limit) {
        if (start < 0 || start % 512 != 0 || limit < 1 || limit > Diffs.MOST_EXTENTS) {
            throw new ApiException(
                    ErrorCode.BAD_VALUE,
                    "no part of the changes begins there",
                    "start is a multiple of 512, limit is 1 to " + Diffs.MOST_EXTENTS,
                    "begin without start, and go on with what the answer named as next");
        }
        return told(() -> {
            VolumeEntry volume = volume(name);
            Comparison comparison = new Comparison(volume.id(), moment(volume, from), moment(volume, to));
            Diff part = Engine.await(diffs.part(comparison, start, limit));
            return new VolumeTimes.Changes(
                    part.extents().stream()
                            .map(extent -> new VolumeTimes.Extent(extent.offset(), extent.length()))
                            .toList(),
                    part.nextByte().orElse(null),
                    text(from, part.comparison().from()),
                    text(to, part.comparison().to()));
        });
    }

    private Moment moment(VolumeEntry volume, String text) {
        Matcher seen = SEEN.matcher(text);
        if (seen.matches()) {
            return new Moment.Seen(Long.parseLong(seen.group(1)), Long.parseLong(seen.group(2)));
        }
        return text.isEmpty() ? new Moment.Now() : time.moments().resolve(volume.id(), text);
    }

    /** The moment in words that mean the same later: a time that was told as an age does not. */
    private static String text(String asked, Moment moment) {
        if (moment instanceof Moment.Seen seen) {
            return "now:" + seen.lineage() + "." + seen.record();
        }
        return moment instanceof Moment.At at ? at.time().toString() : asked;
    }

    private VolumeEntry volume(String name) {
        return catalog.state().volume(name).orElseThrow(() -> VolumeAdmin.volumeNotFound(name));
    }

    private static String shown(long micros) {
        return Clock.instant(micros).toString();
    }
}
