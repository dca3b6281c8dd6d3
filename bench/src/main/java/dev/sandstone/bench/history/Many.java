package dev.sandstone.bench.history;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** What many snapshots in a whole array cost: each taken over REST, then listed, then the array is started again. */
final class Many {
    private static final int VOLUMES = 10;

    private Many() {}

    static void run(Path root, Path scratch, Table table, int snapshots) throws IOException {
        try (Daemon array = new Daemon(root, scratch.resolve("many"))) {
            array.start();
            for (int i = 0; i < VOLUMES; i++) {
                array.post("/volumes", "{\"name\":\"v" + i + "\",\"size_bytes\":1073741824}");
            }
            array.get("/snapshots");
            array.restart();
            table.row("start to READY without snapshots", array.startMillis() + " ms");
            table.row("resident memory", array.residentMebibytes() + " MiB");
            long[] nanos = new long[snapshots];
            for (int i = 0; i < snapshots; i++) {
                long began = System.nanoTime();
                array.post("/volumes/v" + i % VOLUMES + "/snapshots", "{\"name\":\"s" + i + "\"}");
                nanos[i] = System.nanoTime() - began;
            }
            creation(table, nanos);
            table.row("resident memory then", array.residentMebibytes() + " MiB");
            listing(table, array, snapshots);
            array.restart();
            table.row("start to READY with " + snapshots + " snapshots", array.startMillis() + " ms");
            table.row("resident memory after that", array.residentMebibytes() + " MiB");
            listing(table, array, snapshots);
        }
    }

    private static void creation(Table table, long[] nanos) {
        int part = Math.max(1, nanos.length / 10);
        long[] first = Arrays.copyOfRange(nanos, 0, part);
        long[] last = Arrays.copyOfRange(nanos, nanos.length - part, nanos.length);
        table.row(
                "snapshot over REST, median",
                Table.millis(median(first)) + " of the first " + part + ", " + Table.millis(median(last))
                        + " of the last " + part);
        table.row(
                nanos.length + " snapshots taken one after the other",
                String.format(Locale.ROOT, "%.1f s", Arrays.stream(nanos).sum() / 1e9));
    }

    private static long median(long[] nanos) {
        return Arrays.stream(nanos).sorted().toArray()[nanos.length / 2];
    }

    private static void listing(Table table, Daemon array, int snapshots) throws IOException {
        long[] nanos = new long[5];
        int bytes = 0;
        for (int i = 0; i < nanos.length; i++) {
            long began = System.nanoTime();
            String list = array.get("/snapshots");
            nanos[i] = System.nanoTime() - began;
            bytes = list.length();
            int found = list.split("\"name\"", -1).length - 1;
            if (found < snapshots) {
                throw new IOException("the list has " + found + " snapshots, not " + snapshots);
            }
        }
        table.row("list of all, " + (bytes >> 10) + " KiB, median of 5", Table.millis(median(nanos)));
    }
}
