package dev.sandstone.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs every row on every target in alternation, all on one CPU, and prints medians as a table.
 *
 * <p>Arguments: project root, load generator, scratch folder, rounds, seconds a run, MiB of a LUN. On one CPU nothing
 * sleeps, so the cost of a command is what remains: see docs/performance.md.
 */
public final class Compare {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CPU = "1";
    private static final int WARM_UP_SECONDS = 10;

    /** Commands whose system calls are counted. */
    private static final int COUNTED = 4000;

    private final Path load;
    private final Path scratch;
    private final int rounds;
    private final int seconds;
    private final Pattern wanted;
    private final Map<Workload, Map<String, List<JsonNode>>> results = new EnumMap<>(Workload.class);

    private Compare(Path load, Path scratch, int rounds, int seconds, Pattern wanted) {
        this.load = load;
        this.scratch = scratch;
        this.rounds = rounds;
        this.seconds = seconds;
        this.wanted = wanted;
    }

    public static void main(String[] arguments) throws IOException {
        Path scratch = Path.of(arguments[2]);
        Files.createDirectories(scratch);
        long bytes = Long.parseLong(arguments[5]) << 20;
        Compare compare = new Compare(
                Path.of(arguments[1]),
                scratch,
                Integer.parseInt(arguments[3]),
                Integer.parseInt(arguments[4]),
                Pattern.compile(arguments[6]));
        List<Target> targets = new ArrayList<>();
        try {
            targets.add(new Sandstone(Path.of(arguments[0]), scratch, bytes));
            if (Commands.installed("tgtd")) {
                targets.add(new Tgt(scratch, bytes, false));
                targets.add(new Tgt(scratch, bytes, true));
            }
            if (Commands.installed("istgt")) {
                targets.add(new Istgt(scratch, bytes));
            }
            compare.fill(targets, bytes);
            compare.measure(targets);
        } finally {
            for (Target target : targets) {
                target.close();
            }
        }
        Table.print(compare.results);
        Files.writeString(
                scratch.resolve("results.json"),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsString(compare.results));
    }

    /** Every block written once with random bytes, and every thread of a target on the one CPU. */
    private void fill(List<Target> targets, long bytes) throws IOException {
        for (Target target : targets) {
            for (Workload row : List.of(Workload.WRITE_1M_D8, Workload.WRITE_4K_FUA_D32)) {
                if (!target.serves(row)) {
                    continue;
                }
                run(
                        target,
                        row,
                        List.of(
                                "--block",
                                "1048576",
                                "--sequential",
                                "--read",
                                "0",
                                "--seconds",
                                "3600",
                                "--depth",
                                "8",
                                "--count",
                                String.valueOf(bytes >> 20)));
            }
            Commands.output(List.of("taskset", "-acp", CPU, String.valueOf(target.pid())));
        }
    }

    private void measure(List<Target> targets) throws IOException {
        for (Workload row : Workload.values()) {
            if (!wanted.matcher(row.title()).find()) {
                continue;
            }
            for (int round = 0; round < rounds; round++) {
                List<Target> order = new ArrayList<>(
                        targets.stream().filter(target -> target.serves(row)).toList());
                if (round % 2 == 1) {
                    Collections.reverse(order);
                }
                for (Target target : order) {
                    List<String> arguments = new ArrayList<>(row.arguments());
                    int warmup = round == 0 ? WARM_UP_SECONDS : 1;
                    arguments.addAll(List.of("--seconds", String.valueOf(seconds)));
                    arguments.addAll(List.of("--warmup", String.valueOf(warmup), "--seed", String.valueOf(round + 1)));
                    ObjectNode result = run(target, row, arguments);
                    result.put("memory_mib", memory(target));
                    List<JsonNode> runs = results.computeIfAbsent(row, key -> new LinkedHashMap<>())
                            .computeIfAbsent(target.name(), key -> new ArrayList<>());
                    if (SystemCalls.available()) {
                        // They differ from command to command, not from round to round.
                        result.put(
                                "system_calls",
                                runs.isEmpty()
                                        ? systemCalls(target, row)
                                        : runs.get(0).get("system_calls").asDouble());
                    }
                    runs.add(result);
                }
            }
            System.err.println("done: " + row.title());
        }
    }

    /** For each command of a short run of their own. */
    private double systemCalls(Target target, Workload row) throws IOException {
        List<String> arguments = new ArrayList<>(row.arguments());
        arguments.addAll(List.of("--seconds", "60", "--warmup", "0", "--count", String.valueOf(COUNTED)));
        try (SystemCalls calls = new SystemCalls(target.pid(), scratch)) {
            run(target, row, arguments);
            return (double) calls.stop() / COUNTED;
        }
    }

    private static long memory(Target target) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + target.pid() + "/status")).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                        .sum()
                >> 10;
    }

    private ObjectNode run(Target target, Workload row, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(Arrays.asList("taskset", "-c", CPU, load.toString()));
        command.addAll(List.of("--url", target.url(row), "--pid", String.valueOf(target.pid())));
        command.addAll(arguments);
        return (ObjectNode) JSON.readTree(Commands.output(command));
    }
}
