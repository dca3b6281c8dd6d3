package dev.sandstone.daemon.api;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as a person gives and reads them. */
public final class Durations {
    private static final Pattern WHOLE = Pattern.compile("0|(?:[0-9]{1,9}[smhd])+");
    private static final Pattern PART = Pattern.compile("([0-9]+)([smhd])");
    private static final long[] UNITS = {86_400, 3_600, 60, 1};
    private static final String[] NAMES = {"d", "h", "m", "s"};

    private Durations() {}

    /**
     * Seconds.
     *
     * @throws ApiException BAD_VALUE when the text is no duration
     */
    public static long seconds(String text) {
        String given = text.strip().toLowerCase(Locale.ROOT);
        if (!WHOLE.matcher(given).matches()) {
            throw new ApiException(
                    ErrorCode.BAD_VALUE,
                    "not a duration",
                    "a duration is a number with a unit: s, m, h or d",
                    "write for example 90s, 30m, 1h, 14d, or 0");
        }
        long sum = 0;
        Matcher part = PART.matcher(given);
        while (part.find()) {
            sum += Long.parseLong(part.group(1)) * unit(part.group(2));
        }
        return sum;
    }

    private static long unit(String name) {
        for (int i = 0; i < NAMES.length; i++) {
            if (NAMES[i].equals(name)) {
                return UNITS[i];
            }
        }
        throw new IllegalArgumentException(name);
    }

    /** Such as {@code 1h30m}. */
    public static String format(long seconds) {
        StringBuilder text = new StringBuilder();
        long left = seconds;
        for (int i = 0; i < UNITS.length; i++) {
            if (left >= UNITS[i]) {
                text.append(left / UNITS[i]).append(NAMES[i]);
                left %= UNITS[i];
            }
        }
        return text.isEmpty() ? "0" : text.toString();
    }
}
