package dev.sandstone.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One table of the file: typed reads by key, each error at the key's place; {@link #finish} refuses what was not read. */
final class TableReader {
    private final Path file;
    private final String path;
    private final @Nullable JsonNode table;
    private final Map<String, Position> positions;
    private final Set<String> known = new TreeSet<>();

    TableReader(Path file, String path, @Nullable JsonNode table, Map<String, Position> positions) {
        this.file = file;
        this.path = path;
        this.table = table;
        this.positions = positions;
        if (table != null && !table.isObject()) {
            throw error("", "\"" + path + "\" must be a table", "write [" + path + "] on a line of its own");
        }
    }

    /** A table inside this one; empty when absent. */
    TableReader table(String key) {
        return new TableReader(file, pathOf(key), node(key), positions);
    }

    String string(String key, String otherwise) {
        JsonNode node = node(key);
        if (node == null) {
            return otherwise;
        }
        if (!node.isString()) {
            throw error(key, pathOf(key) + " must be a string", "put the value in double quotes");
        }
        return node.stringValue();
    }

    /** A string read by a parser that throws IllegalArgumentException with a message for a person. */
    <T> T parsed(String key, String otherwise, Function<String, T> parser) {
        try {
            return parser.apply(string(key, otherwise));
        } catch (IllegalArgumentException bad) {
            throw error(key, pathOf(key) + ": " + bad.getMessage(), "correct the value of " + pathOf(key));
        }
    }

    /** Bytes, as a number or as a string with a unit. */
    long size(String key, long otherwise) {
        JsonNode node = node(key);
        if (node == null) {
            return otherwise;
        }
        if (node.isIntegralNumber() && node.canConvertToLong() && node.longValue() >= 0) {
            return node.longValue();
        }
        return parsed(key, "", ByteSize::parse);
    }

    int integer(String key, int otherwise, int min, int max) {
        JsonNode node = node(key);
        if (node == null) {
            return otherwise;
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < min || node.intValue() > max) {
            throw error(
                    key,
                    pathOf(key) + " must be a whole number from " + min + " to " + max,
                    "correct the value of " + pathOf(key));
        }
        return node.intValue();
    }

    boolean bool(String key, boolean otherwise) {
        JsonNode node = node(key);
        if (node == null) {
            return otherwise;
        }
        if (!node.isBoolean()) {
            throw error(key, pathOf(key) + " must be true or false", "write it without quotes");
        }
        return node.booleanValue();
    }

    /** An array of strings, each read by the parser. */
    <T> List<T> list(String key, List<T> otherwise, Function<String, T> parser) {
        JsonNode node = node(key);
        if (node == null) {
            return otherwise;
        }
        List<T> values = new ArrayList<>();
        for (JsonNode element : node) {
            try {
                values.add(parser.apply(element.isString() ? element.stringValue() : element.toString()));
            } catch (IllegalArgumentException bad) {
                throw error(key, pathOf(key) + ": " + bad.getMessage(), "correct the value of " + pathOf(key));
            }
        }
        if (!node.isArray()) {
            throw error(key, pathOf(key) + " must be an array of strings", "write [\"...\", \"...\"]");
        }
        return List.copyOf(values);
    }

    boolean has(String key) {
        return node(key) != null;
    }

    /** Refuses the first key that no read asked for. */
    void finish() {
        if (table == null) {
            return;
        }
        for (String key : table.propertyNames()) {
            if (!known.contains(key)) {
                String fix = Suggestion.nearest(key, known)
                        .map(near -> "did you mean \"" + near + "\"?")
                        .orElse("known keys here: " + String.join(", ", known));
                throw error(key, "unknown key \"" + pathOf(key) + "\"", fix);
            }
        }
    }

    ConfigException error(String key, String problem, String fix) {
        return new ConfigException(file, positions.get(key.isEmpty() ? path : pathOf(key)), problem, fix);
    }

    private @Nullable JsonNode node(String key) {
        known.add(key);
        return table == null ? null : table.get(key);
    }

    private String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
