package dev.sandstone.bench.growth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Cost of a command against size and number of volumes, number of sessions, number of snapshots. The points of a curve are
 * measured in alternation, so that what disturbs the machine disturbs all of them.
 */
public final class Growth {
    private static final int[] SIZES_GIB = {1, 4, 16, 64, 256, 1024};
    private static final int[] SESSIONS = {1, 4, 16, 64, 256};
    private static final int[] VOLUMES = {1, 10, 100, 1000};
    private static final int[] SNAPSHOTS = {0, 1, 10, 100, 1000};
    private static final String NONE_AGAIN = "none again";
    private static final int LISTS = 9;

    private final Path root;
    private final Path scratch;
    private final Path pictures;
    private final int rounds;

    private Growth(Path root, Path scratch, Path pictures, int rounds) {
        this.root = root;
        this.scratch = scratch;
        this.pictures = pictures;
        this.rounds = rounds;
    }

    /** Arguments: the checkout, a folder for data, one for pictures, rounds, and which curves; none: all. */
    public static void main(String[] arguments) throws IOException {
        Growth growth = new Growth(
                Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]), Integer.parseInt(arguments[3]));
        List<String> parts = Arrays.asList(arguments).subList(4, arguments.length);
        if (parts.isEmpty() || parts.contains("size")) {
            growth.size();
        }
        if (parts.isEmpty() || parts.contains("sessions")) {
            growth.sessions();
        }
        if (parts.isEmpty() || parts.contains("volumes")) {
            growth.volumes();
        }
        if (parts.isEmpty() || parts.contains("snapshots")) {
            growth.snapshots();
        }
    }

    private void size() throws IOException {
        Curve curve = new Curve("size", "size of the volume, GiB");
        try (Subject array = new Subject(root, scratch.resolve("size"), 16 * Subject.GIB)) {
            Map<String, Load.Volume> volumes = new LinkedHashMap<>();
            for (int size : SIZES_GIB) {
                volumes.put(String.valueOf(size), array.volume("v" + size, size * Subject.GIB));
            }
            alternate(array, volumes, curve);
        }
        tell(curve);
    }

    /** Two volumes have none: how much one differs from the other is what these figures cannot tell from nothing. */
    private void snapshots() throws IOException {
        Curve curve = new Curve("snapshots", "snapshots of the volume");
        Curve once =
                new Curve("just-taken", "snapshots of the volume, one of them just taken; each block written once");
        try (Subject array = new Subject(root, scratch.resolve("snapshots"), 16 * Subject.GIB)) {
            Map<String, Load.Volume> volumes = new LinkedHashMap<>();
            volumes.put(NONE_AGAIN, array.volume("again", Subject.GIB));
            for (int count : SNAPSHOTS) {
                volumes.put(String.valueOf(count), array.volume("v" + count, Subject.GIB));
            }
            prepare(array, volumes);
            for (int count : SNAPSHOTS) {
                Load.Volume volume = Objects.requireNonNull(volumes.get(String.valueOf(count)));
                for (int i = 0; i < count; i++) {
                    array.touch(volume);
                    array.snapshot("v" + count, "s" + i);
                }
            }
            for (int round = 0; round < rounds; round++) {
                round(array, volumes, curve);
                for (int count : SNAPSHOTS) {
                    if (count > 0) {
                        array.snapshot("v" + count, "taken" + round);
                    }
                }
                for (Map.Entry<String, Load.Volume> point : volumes.entrySet()) {
                    once.add(point.getKey(), array.measureOnce(point.getValue()));
                }
            }
        }
        tell(curve);
        tell(once);
    }

    private void alternate(Subject array, Map<String, Load.Volume> volumes, Curve curve) throws IOException {
        prepare(array, volumes);
        for (int round = 0; round < rounds; round++) {
            round(array, volumes, curve);
        }
    }

    private static void prepare(Subject array, Map<String, Load.Volume> volumes) throws IOException {
        array.sessions(1);
        Load.Volume first = volumes.values().iterator().next();
        for (Load.Volume volume : volumes.values()) {
            array.fill(volume);
        }
        array.warmUp(first);
    }

    private static void round(Subject array, Map<String, Load.Volume> volumes, Curve curve) throws IOException {
        for (Map.Entry<String, Load.Volume> point : volumes.entrySet()) {
            curve.add(point.getKey(), array.measure(point.getValue(), 1));
        }
    }

    private void sessions() throws IOException {
        Curve curve = new Curve("sessions", "sessions, all logged in, in turn four at a time with 8 commands each");
        try (Subject array = new Subject(root, scratch.resolve("sessions"), 16 * Subject.GIB)) {
            Load.Volume volume = array.volume("v", Subject.GIB);
            array.sessions(1);
            array.fill(volume);
            array.warmUp(volume);
            array.sessions(SESSIONS[SESSIONS.length - 1]);
            array.settle(volume);
            for (int round = 0; round < rounds; round++) {
                for (int count : SESSIONS) {
                    curve.add(String.valueOf(count), array.measure(volume, count));
                }
            }
        }
        tell(curve);
    }

    private void volumes() throws IOException {
        Curve curve = new Curve("volumes", "volumes of the array");
        List<Subject> arrays = new ArrayList<>();
        List<Load.Volume> used = new ArrayList<>();
        try {
            for (int count : VOLUMES) {
                Subject array = new Subject(root, scratch.resolve("volumes" + count), 4 * Subject.GIB);
                arrays.add(array);
                used.add(many(array, count));
            }
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < VOLUMES.length; i++) {
                    curve.add(String.valueOf(VOLUMES[i]), arrays.get(i).measure(used.get(i), 1));
                }
            }
        } finally {
            for (Subject array : arrays) {
                array.close();
            }
        }
        tell(curve);
    }

    /** Makes so many volumes, and fills one. */
    private static Load.Volume many(Subject array, int count) throws IOException {
        long[] nanos = new long[count];
        Load.Volume used = array.volume("v0", Subject.GIB);
        for (int i = 1; i < count; i++) {
            long began = System.nanoTime();
            array.volume("v" + i, Subject.GIB);
            nanos[i] = System.nanoTime() - began;
        }
        array.sessions(1);
        array.fill(used);
        array.warmUp(used);
        if (count >= 100) {
            long[] lists = new long[LISTS];
            for (int i = 0; i < LISTS; i++) {
                lists[i] = array.list();
            }
            System.out.printf(
                    Locale.ROOT,
                    "%d volumes: created in %.1f ms (median of the first tenth, without the first), %.1f ms (of the last);"
                            + " listed in %.1f ms (median of %d)%n%n",
                    count,
                    median(Arrays.copyOfRange(nanos, 1, count / 10 + 1)),
                    median(Arrays.copyOfRange(nanos, count - count / 10, count)),
                    median(lists),
                    LISTS);
        }
        return used;
    }

    private static double median(long[] nanos) {
        return Arrays.stream(nanos).sorted().toArray()[nanos.length / 2] / 1e6;
    }

    private void tell(Curve curve) throws IOException {
        System.out.println(curve.markdown());
        Files.createDirectories(pictures);
        Files.writeString(pictures.resolve(curve.name() + ".svg"), Plot.svg(curve));
    }
}
