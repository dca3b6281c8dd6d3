package dev.sandstone.bench.peers;

import java.util.List;

/** A row of the table: what the load generator is told. */
enum Workload {
    READ_4K_D1("4K random read, depth 1", "4096", 1, 100),
    READ_4K_D32("4K random read, depth 32", "4096", 32, 100),
    READ_4K_D32_DIGEST("4K random read, depth 32, header digest", "4096", 32, 100, "--digest"),
    WRITE_4K_BACK_D32("4K random write, write-back, depth 32", "4096", 32, 0),
    WRITE_4K_FUA_D1("4K durable write, depth 1", "4096", 1, 0, "--fua"),
    WRITE_4K_FUA_D32("4K durable write, depth 32", "4096", 32, 0, "--fua"),
    READ_64K_D16("64K random read, depth 16", "65536", 16, 100),
    WRITE_64K_D16("64K random write, write-back, depth 16", "65536", 16, 0),
    READ_1M_D8("1M sequential read, depth 8", "1048576", 8, 100, "--sequential"),
    WRITE_1M_D8("1M sequential write, write-back, depth 8", "1048576", 8, 0, "--sequential"),
    MIX_8K("8K 70/30, 4 sessions x 8", "8192", 8, 70, "--connections", "4");

    private final String title;
    private final String arguments;

    Workload(String title, String block, int depth, int readPercent, String... further) {
        this.title = title;
        this.arguments =
                "--block " + block + " --depth " + depth + " --read " + readPercent + " " + String.join(" ", further);
    }

    String title() {
        return title;
    }

    /** Whether each write is on the disk when it is answered. */
    boolean durable() {
        return arguments.contains("--fua");
    }

    List<String> arguments() {
        return List.of(arguments.strip().split(" ", -1));
    }
}
