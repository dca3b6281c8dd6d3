package dev.sandstone.bench.history;

import java.util.Locale;

/** Figures as rows of a markdown table, printed as they come. */
final class Table {
    private boolean begun;

    void row(String what, String figure) {
        if (!begun) {
            begun = true;
            System.out.println("| what | figure |\n|---|---|");
        }
        System.out.println("| " + what + " | " + figure + " |");
    }

    static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.2f ms", (double) nanos / 1_000_000);
    }
}
