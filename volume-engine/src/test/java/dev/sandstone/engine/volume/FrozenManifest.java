package dev.sandstone.engine.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What a frozen image holds: a text file in it, a fact a line.
 *
 * @param micros wall clock when it was made
 * @param tail how many records of each kind lie behind what the map has
 * @param lines all others, without end
 */
record FrozenManifest(long micros, Map<String, Integer> tail, List<Line> lines) {
    private static final String NAME = "manifest";
    private static final String SEPARATOR = "; ";

    /** A fact: what kind of thing it is about, and words about it. */
    record Line(String kind, List<String> words) {
        UUID uuid(int word) {
            return UUID.fromString(words.get(word));
        }

        long number(int word) {
            return Long.parseLong(words.get(word));
        }

        FrozenContent content(int word) {
            return FrozenContent.decode(words.get(word));
        }
    }

    static FrozenManifest of(long micros, Map<String, Integer> tail) {
        return new FrozenManifest(micros, tail, new ArrayList<>());
    }

    void add(String kind, Object... words) {
        lines.add(new Line(kind, List.of(words).stream().map(String::valueOf).toList()));
    }

    List<Line> of(String kind) {
        return lines.stream().filter(line -> line.kind().equals(kind)).toList();
    }

    void write(Path folder) throws IOException {
        List<String> text = new ArrayList<>();
        text.add("clock" + SEPARATOR + micros);
        tail.forEach((type, count) -> text.add("tail" + SEPARATOR + type + SEPARATOR + count));
        lines.forEach(line -> text.add(line.kind() + SEPARATOR + String.join(SEPARATOR, line.words())));
        Files.write(folder.resolve(NAME), text);
    }

    static FrozenManifest read(Path folder) throws IOException {
        List<Line> lines = new ArrayList<>();
        for (String text : Files.readAllLines(folder.resolve(NAME))) {
            List<String> words = List.of(text.split(SEPARATOR, -1));
            lines.add(new Line(words.get(0), words.subList(1, words.size())));
        }
        Map<String, Integer> tail = new TreeMap<>();
        FrozenManifest all = new FrozenManifest(0, tail, lines);
        all.of("tail").forEach(line -> tail.put(line.words().get(0), (int) line.number(1)));
        return new FrozenManifest(all.of("clock").get(0).number(0), tail, lines);
    }
}
