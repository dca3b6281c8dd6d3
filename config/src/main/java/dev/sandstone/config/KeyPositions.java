package dev.sandstone.config;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where each key of a TOML text stands. The text was accepted by a TOML parser before, so this walk only tells keys from
 * values, strings and comments, and checks nothing. Keys inside inline tables are found under their full path too.
 */
final class KeyPositions {
    private final String text;
    private final Map<String, Position> positions = new HashMap<>();
    private int at;

    private KeyPositions(String text) {
        this.text = text;
    }

    static Map<String, Position> of(String text) {
        KeyPositions walk = new KeyPositions(text);
        walk.document();
        return walk.positions;
    }

    private void document() {
        String table = "";
        while (skipBlank(true)) {
            if (text.charAt(at) == '[') {
                table = header();
            } else {
                keyValue(table);
            }
        }
    }

    private String header() {
        while (at < text.length() && (text.charAt(at) == '[' || text.charAt(at) == ' ')) {
            at++;
        }
        String path = key("");
        while (at < text.length() && text.charAt(at) == ']') {
            at++;
        }
        return path;
    }

    private void keyValue(String table) {
        String path = key(table);
        if (at < text.length() && text.charAt(at) == '=') {
            at++;
        }
        skipBlank(false);
        value(path);
    }

    /** A dotted key; every part of it is recorded at its own place. */
    private String key(String prefix) {
        String path = prefix;
        while (skipBlank(false)) {
            int start = at;
            String part = part();
            path = path.isEmpty() ? part : path + "." + part;
            positions.putIfAbsent(path, positionOf(start));
            skipBlank(false);
            if (at >= text.length() || text.charAt(at) != '.') {
                break;
            }
            at++;
        }
        return path;
    }

    private String part() {
        char first = text.charAt(at);
        if (first == '"' || first == '\'') {
            int start = at + 1;
            string();
            return text.substring(start, Math.max(start, at - 1));
        }
        int start = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || "-_".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        if (at == start) {
            at++;
        }
        return text.substring(start, at);
    }

    private void value(String path) {
        if (at >= text.length()) {
            return;
        }
        char first = text.charAt(at);
        if (first == '"' || first == '\'') {
            string();
        } else if (first == '[') {
            at++;
            elements(']', null);
        } else if (first == '{') {
            at++;
            elements('}', path);
        } else {
            while (at < text.length() && ",]}\n#".indexOf(text.charAt(at)) < 0) {
                at++;
            }
        }
    }

    private void elements(char end, @Nullable String table) {
        while (skipBlank(true) && text.charAt(at) != end) {
            if (text.charAt(at) == ',') {
                at++;
            } else if (table == null) {
                value("");
            } else {
                keyValue(table);
            }
        }
        at++;
    }

    private void string() {
        char quote = text.charAt(at);
        String triple = String.valueOf(quote).repeat(3);
        boolean multiLine = text.startsWith(triple, at);
        String end = multiLine ? triple : String.valueOf(quote);
        at += end.length();
        while (at < text.length() && !text.startsWith(end, at)) {
            at += quote == '"' && text.charAt(at) == '\\' ? 2 : 1;
        }
        at = Math.min(text.length(), at + end.length());
    }

    /** Skips spaces, and comments and line ends too when asked; whether any text is left. */
    private boolean skipBlank(boolean lines) {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ' ' || c == '\t' || (lines && (c == '\n' || c == '\r'))) {
                at++;
            } else if (lines && c == '#') {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else {
                return true;
            }
        }
        return false;
    }

    private Position positionOf(int offset) {
        int line = 1;
        int lineStart = 0;
        for (int i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) {
            line++;
            lineStart = i + 1;
        }
        return new Position(line, offset - lineStart + 1);
    }
}
