package dev.sandstone.engine.volume;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The files of an open pool as a kill at one moment would leave them: nothing that is in memory only. */
final class FolderCopy {
    private FolderCopy() {}

    /**
     * Copies {@code from} to {@code to}, which need not exist. The map writes in the background too, and a manifest
     * copied after such a write names tables that the copy lacks, which no kill does; so a copy during which anything
     * changed is thrown away and made again.
     */
    static void take(Path from, Path to) throws IOException, InterruptedException {
        while (!takenAtOnce(from, to)) {
            delete(to);
        }
    }

    private static boolean takenAtOnce(Path from, Path to) throws IOException, InterruptedException {
        try {
            List<String> before = state(from);
            Thread.sleep(20); // a change from here on has a later time than those before, however slow the clock ticks
            copy(from, to);
            return before.equals(state(from));
        } catch (NoSuchFileException e) {
            return false; // listed, and removed before it was read
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof NoSuchFileException) {
                return false;
            }
            throw e;
        }
    }

    private static List<String> state(Path folder) throws IOException {
        List<String> state = new ArrayList<>();
        for (Path file : files(folder)) {
            state.add(file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file));
        }
        return state;
    }

    /** Copies the folder of a pool that is closed. */
    static void copy(Path from, Path to) throws IOException {
        for (Path file : files(from)) {
            Path target = to.resolve(from.relativize(file));
            if (Files.isDirectory(file)) {
                Files.createDirectories(target);
            } else if (!file.getFileName().toString().equals("LOCK")) {
                Files.copy(file, target);
            }
        }
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return; // the first thing that was looked at had gone
        }
        for (Path file : files(folder).reversed()) {
            Files.delete(file);
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.sorted(Comparator.naturalOrder()).toList();
        }
    }
}
