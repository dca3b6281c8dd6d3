package dev.sandstone.config;

import java.util.Locale;

/** Sizes as people write them: {@code 10G}, {@code 512M}, {@code 4KiB}, {@code 1048576}. Suffixes are powers of 1024. */
public final class ByteSize {
    private static final String UNITS = "KMGTPE";

    private ByteSize() {}

    /**
     * The number of bytes.
     *
     * @throws IllegalArgumentException when the text is no size or more than 2^63 - 1 bytes; the message says so
     */
    public static long parse(String text) {
        String trimmed = text.strip();
        int digits = 0;
        while (digits < trimmed.length() && trimmed.charAt(digits) >= '0' && trimmed.charAt(digits) <= '9') {
            digits++;
        }
        if (digits == 0 || digits > 19) {
            throw notASize(text);
        }
        int shift = shiftOf(trimmed.substring(digits).strip().toUpperCase(Locale.ROOT), text);
        try {
            return Math.multiplyExact(Long.parseLong(trimmed.substring(0, digits)), 1L << shift);
        } catch (ArithmeticException | NumberFormatException tooLarge) {
            throw new IllegalArgumentException("size too large: \"" + text + "\"", tooLarge);
        }
    }

    private static int shiftOf(String suffix, String text) {
        if (suffix.isEmpty() || suffix.equals("B")) {
            return 0;
        }
        int unit = UNITS.indexOf(suffix.charAt(0));
        String rest = suffix.substring(1);
        if (unit < 0 || !(rest.isEmpty() || rest.equals("B") || rest.equals("IB"))) {
            throw notASize(text);
        }
        return 10 * (unit + 1);
    }

    private static IllegalArgumentException notASize(String text) {
        return new IllegalArgumentException(
                "not a size: \"" + text + "\"; write bytes or a number with K, M, G, T or P, such as 10G");
    }

    /** For people: at most three significant digits and a binary unit, such as {@code 1.5 GiB}. */
    public static String format(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        int unit = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
        double value = bytes / (double) (1L << (10 * unit));
        String number = value >= 100 || value == Math.rint(value)
                ? Long.toString(Math.round(value))
                : String.format(Locale.ROOT, "%.1f", value);
        return number + " " + UNITS.charAt(unit - 1) + "iB";
    }
}
