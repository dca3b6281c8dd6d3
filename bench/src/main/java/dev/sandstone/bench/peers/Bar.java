package dev.sandstone.bench.peers;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;

/** What the array holds itself to on this machine: a figure of its own against the same figure of a peer, or against a number. */
record Bar(Workload row, String figure, double factor, Workload peerRow, List<String> peers) {
    static final List<Bar> ALL = List.of(
            against(Workload.READ_4K_D1, "target_cpu_us", 0.6, "tgt"),
            against(Workload.READ_4K_D32, "target_cpu_us", 0.6, "tgt"),
            against(Workload.WRITE_4K_BACK_D32, "target_cpu_us", 0.8, "tgt"),
            against(Workload.WRITE_4K_FUA_D32, "iops", 2, "tgt"),
            against(Workload.WRITE_4K_FUA_D1, "p50_us", 0.8, "tgt"),
            against(Workload.READ_64K_D16, "target_cpu_us", 0.65, "tgt"),
            against(Workload.WRITE_64K_D16, "target_cpu_us", 0.8, "tgt tuned"),
            against(Workload.READ_1M_D8, "mb_s", 1, "tgt tuned", "istgt"),
            against(Workload.WRITE_1M_D8, "mb_s", 1, "tgt tuned", "istgt"),
            against(Workload.MIX_8K, "target_cpu_us", 0.8, "tgt"),
            new Bar(Workload.READ_4K_D32_DIGEST, "target_cpu_us", 1.05, Workload.READ_4K_D32, List.of(Sandstone.NAME)),
            against(Workload.READ_4K_D1, "system_calls", 4),
            against(Workload.READ_4K_D32, "system_calls", 2));

    /** Against the best of these in the same row; against the factor itself when there are none. */
    private static Bar against(Workload row, String figure, double factor, String... peers) {
        return new Bar(row, figure, factor, row, List.of(peers));
    }

    /** Of these more is better. */
    private boolean rate() {
        return figure.equals("iops") || figure.equals("mb_s");
    }

    /** A line of markdown: the bar, what was measured, whether it holds. */
    String line(Map<Workload, Map<String, List<JsonNode>>> results) {
        OptionalDouble own = median(results, row, Sandstone.NAME);
        OptionalDouble peer = peers.isEmpty() ? OptionalDouble.of(1) : best(results);
        String asked = String.format(
                Locale.ROOT,
                "| %s, %s | %s %s%s |",
                row.title(),
                figure,
                rate() ? ">=" : "<=",
                factor,
                peers.isEmpty()
                        ? ""
                        : " x " + String.join(" and ", peers) + (row == peerRow ? "" : ", " + peerRow.title()));
        if (own.isEmpty() || peer.isEmpty()) {
            return asked + " not measured | |";
        }
        double ratio = own.getAsDouble() / peer.getAsDouble();
        boolean holds = rate() ? ratio >= factor : ratio <= factor;
        return asked + String.format(Locale.ROOT, " %.2f | %s |", ratio, holds ? "holds" : "**misses**");
    }

    private OptionalDouble best(Map<Workload, Map<String, List<JsonNode>>> results) {
        double[] all = peers.stream()
                .map(name -> median(results, peerRow, name))
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .sorted()
                .toArray();
        if (all.length == 0) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(rate() ? all[all.length - 1] : all[0]);
    }

    private OptionalDouble median(Map<Workload, Map<String, List<JsonNode>>> results, Workload of, String target) {
        List<JsonNode> runs = results.getOrDefault(of, Map.of()).getOrDefault(target, List.of()).stream()
                .filter(run -> run.has(figure))
                .toList();
        return runs.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Table.median(runs, figure));
    }
}
