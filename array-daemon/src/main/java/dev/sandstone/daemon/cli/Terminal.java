package dev.sandstone.daemon.cli;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.Json;
import dev.sandstone.daemon.api.Problem;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.Charset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Where commands write and ask: results on standard output, everything else on standard error. */
public final class Terminal {
    private final PrintWriter out;
    private final PrintWriter err;

    public Terminal(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    /** Whether a person sits there. */
    public static boolean interactive() {
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }

    public void line(String text) {
        out.println(text);
        out.flush();
    }

    public void note(String text) {
        err.println(text);
        err.flush();
    }

    void json(Object value) {
        line(Json.text(value));
    }

    /** Columns as wide as their widest cell, two blanks between. */
    void table(List<String> header, Collection<List<String>> rows) {
        int[] widths = header.stream().mapToInt(String::length).toArray();
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        line(row(header, widths));
        rows.forEach(row -> line(row(row, widths)));
    }

    private static String row(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(cells.get(i)).append(" ".repeat(widths[i] - cells.get(i).length() + 2));
        }
        return line.toString().stripTrailing();
    }

    /** Tells a failure: code and what, cause, fix. */
    public int fail(ApiException failure, boolean json) {
        if (json) {
            Problem problem = failure.problem();
            note(Json.text(problem));
        } else {
            note("error " + failure.code().wire() + ": " + failure.what());
            note("  cause: " + failure.why());
            note("  fix:   " + failure.fix());
        }
        return failure.code().exit();
    }

    /** Asks a person to type a word; false when another one came. */
    boolean confirm(String question, String word) {
        err.print(question + " ");
        err.flush();
        try {
            // Standard input stays open: it is the process's.
            Reader in =
                    new InputStreamReader(System.in, Charset.forName(System.getProperty("stdin.encoding", "UTF-8")));
            String typed = new BufferedReader(in).readLine();
            return word.equals(typed == null ? "" : typed.strip());
        } catch (IOException closed) {
            return false;
        }
    }
}
