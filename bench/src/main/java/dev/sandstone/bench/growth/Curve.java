package dev.sandstone.bench.growth;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The costs at some points of one thing that grows. */
final class Curve {
    private final String name;
    private final String title;
    private final Map<String, List<Load.Cost>> points = new LinkedHashMap<>();

    /** @param name for the file, one word */
    Curve(String name, String title) {
        this.name = name;
        this.title = title;
    }

    /** Costs of the same load, least to largest. */
    record Spread(double least, double median, double most) {}

    String name() {
        return name;
    }

    String title() {
        return title;
    }

    void add(String point, Load.Cost cost) {
        points.computeIfAbsent(point, first -> new ArrayList<>()).add(cost);
    }

    List<String> labels() {
        return List.copyOf(points.keySet());
    }

    List<Spread> reads() {
        return spreads(Load.Cost::readUs);
    }

    List<Spread> writes() {
        return spreads(Load.Cost::writeUs);
    }

    private List<Spread> spreads(ToDoubleFunction<Load.Cost> figure) {
        return points.values().stream()
                .map(costs -> costs.stream().mapToDouble(figure).sorted().toArray())
                .map(sorted -> new Spread(sorted[0], sorted[sorted.length / 2], sorted[sorted.length - 1]))
                .toList();
    }

    /** Medians, and least to largest, as a table. */
    String markdown() {
        StringBuilder text = new StringBuilder("| " + title
                + " | CPU us of a read | least to most | of a write | least to most |\n" + "|---|---|---|---|---|\n");
        List<Spread> reads = reads();
        List<Spread> writes = writes();
        for (int i = 0; i < reads.size(); i++) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %.2f | %.2f to %.2f | %.2f | %.2f to %.2f |%n",
                    labels().get(i),
                    reads.get(i).median(),
                    reads.get(i).least(),
                    reads.get(i).most(),
                    writes.get(i).median(),
                    writes.get(i).least(),
                    writes.get(i).most()));
        }
        return text.toString();
    }
}
