package dev.sandstone.bench.history;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Arguments: project root, scratch folder, divisor, then which parts: {@code sparse steady release many}; none for all. */
public final class History {
    private static final int SNAPSHOTS = 1000;
    private static final int MANY = 10_000;
    private static final int ROUNDS = 61;

    private History() {}

    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments[0]);
        Path scratch = Path.of(arguments[1]);
        int divisor = Integer.parseInt(arguments[2]);
        List<String> parts = Arrays.asList(arguments).subList(3, arguments.length);
        Table table = new Table();
        if (parts.isEmpty() || parts.contains("sparse")) {
            Sparse.run(scratch, table);
        }
        if (parts.isEmpty() || parts.contains("steady")) {
            Steady.run(scratch, table, SNAPSHOTS / divisor, ROUNDS);
        }
        if (parts.isEmpty() || parts.contains("release")) {
            Release.run(scratch, table, SNAPSHOTS / divisor);
        }
        if (parts.isEmpty() || parts.contains("many")) {
            Many.run(root, scratch, table, MANY / divisor);
        }
    }
}
