package dev.sandstone.bench.peers;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Medians as markdown: for each row and target IOPS, MB/s, target CPU and system calls for a command, p50, p99, memory, and CPU
 * and IOPS against tgt.
 */
final class Table {
    private Table() {}

    static void print(Map<Workload, Map<String, List<JsonNode>>> results) {
        System.out.println(
                "| workload | target | IOPS | MB/s | CPU us | spread | p50 us | p99 us | calls | MiB | CPU / tgt | IOPS / tgt |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|");
        results.forEach((row, targets) -> targets.forEach((name, runs) -> {
            List<JsonNode> peer = targets.getOrDefault("tgt", runs);
            System.out.println(String.format(
                    Locale.ROOT,
                    "| %s | %s | %.0f | %.1f | %.1f | %.0f %% | %.0f | %.0f | %s | %.0f | %.2f | %.2f |",
                    row.title(),
                    name,
                    median(runs, "iops"),
                    median(runs, "mb_s"),
                    median(runs, "target_cpu_us"),
                    spread(runs, "target_cpu_us"),
                    median(runs, "p50_us"),
                    median(runs, "p99_us"),
                    runs.get(0).has("system_calls")
                            ? String.format(Locale.ROOT, "%.1f", median(runs, "system_calls"))
                            : "",
                    median(runs, "memory_mib"),
                    median(runs, "target_cpu_us") / median(peer, "target_cpu_us"),
                    median(runs, "iops") / median(peer, "iops")));
        }));
        System.out.println();
        System.out.println("| bar | asked | measured | |");
        System.out.println("|---|---|---|---|");
        for (Bar bar : Bar.ALL) {
            System.out.println(bar.line(results));
        }
    }

    static double median(List<JsonNode> runs, String figure) {
        double[] sorted = runs.stream()
                .mapToDouble(run -> run.get(figure).asDouble())
                .sorted()
                .toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Largest minus smallest, in percent of the median. */
    private static double spread(List<JsonNode> runs, String figure) {
        double[] values = runs.stream()
                .mapToDouble(run -> run.get(figure).asDouble())
                .sorted()
                .toArray();
        return (values[values.length - 1] - values[0]) / median(runs, figure) * 100;
    }
}
