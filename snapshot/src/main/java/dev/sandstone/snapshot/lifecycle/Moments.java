package dev.sandstone.snapshot.lifecycle;

import dev.sandstone.engine.volume.Moment;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.snapshot.catalog.SnapshotEntry;
import dev.sandstone.snapshot.lifecycle.SnapshotException.Reason;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Moments as people name them: a snapshot by its name, or a time. A time is ISO 8601, such as
 * {@code 2026-11-27T09:30:00Z} (UTC where it names no zone), or how long ago, such as {@code 10s ago} or {@code 1h30m ago}.
 * No name of a snapshot can be taken for a time: it holds neither colon nor blank.
 */
public final class Moments {
    private static final Pattern AGO = Pattern.compile("((?:[0-9]{1,9}[smhd])+) +ago");
    private static final Pattern PART = Pattern.compile("([0-9]+)([smhd])");

    private final Snapshots snapshots;
    private final Clock clock;

    public Moments(Snapshots snapshots, Clock clock) {
        this.snapshots = snapshots;
        this.clock = clock;
    }

    /** @throws SnapshotException NOT_FOUND for a name, BAD_MOMENT for what is neither name nor time */
    public Moment resolve(VolumeId volume, String text) {
        String stripped = text.strip();
        if (SnapshotEntry.isName(stripped)) {
            return new Moment.Of(snapshots.requireReady(volume, stripped).id());
        }
        return new Moment.At(time(stripped));
    }

    /** @throws SnapshotException BAD_MOMENT */
    public Instant time(String text) {
        String stripped = text.strip();
        try {
            Matcher ago = AGO.matcher(stripped.toLowerCase(Locale.ROOT));
            if (ago.matches()) {
                return clock.instant().minus(duration(ago.group(1)));
            }
            boolean zoned = stripped.matches(".*T.*(Z|[+-][0-9:]+)");
            return zoned
                    ? OffsetDateTime.parse(stripped).toInstant()
                    : LocalDateTime.parse(stripped).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException | ArithmeticException bad) {
            throw new SnapshotException(Reason.BAD_MOMENT, "\"" + printable(stripped) + "\" is no moment", bad);
        }
    }

    private static Duration duration(String parts) {
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(parts);
        while (part.find()) {
            long count = Long.parseLong(part.group(1));
            sum = sum.plus(
                    switch (part.group(2)) {
                        case "s" -> Duration.ofSeconds(count);
                        case "m" -> Duration.ofMinutes(count);
                        case "h" -> Duration.ofHours(count);
                        default -> Duration.ofDays(count);
                    });
        }
        return sum;
    }

    private static String printable(String text) {
        String shown = text.length() <= 80 ? text : text.substring(0, 80) + "...";
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
