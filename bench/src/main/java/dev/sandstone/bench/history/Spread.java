package dev.sandstone.bench.history;

import java.util.List;

/**
 * What many measures of the same say.
 *
 * @param median of them
 * @param low the true median is below in one case of forty
 * @param high the true median is above in one case of forty
 */
record Spread(double median, double low, double high) {
    private static final double QUANTILE = 1.96;

    /** The bounds are the order statistics that a sign test gives: nothing is assumed of how the measures are spread. */
    static Spread of(List<Double> measures) {
        List<Double> sorted = measures.stream().sorted().toList();
        int size = sorted.size();
        int reach = (int) Math.ceil(QUANTILE * Math.sqrt(size) / 2);
        int middle = size / 2;
        return new Spread(
                sorted.get(middle),
                sorted.get(Math.max(0, middle - reach)),
                sorted.get(Math.min(size - 1, middle + reach)));
    }
}
