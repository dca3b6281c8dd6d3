package dev.sandstone.scsi.device;

import dev.sandstone.scsi.command.CommandRow;
import dev.sandstone.scsi.command.Commands;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The test classes of this module by the commands that they say they test. */
final class CommandTests {
    private static final String CLASS = ".class";

    private CommandTests() {}

    /** Simple names of classes, ascending, by what their {@link Commands} name. */
    static Map<String, List<String>> byCommand() throws IOException, URISyntaxException, ClassNotFoundException {
        Path root = Path.of(CommandTests.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<String> names;
        try (Stream<Path> files = Files.walk(root)) {
            names = files.map(file -> root.relativize(file).toString())
                    .filter(name -> name.endsWith("Test" + CLASS))
                    .map(name -> name.substring(0, name.length() - CLASS.length())
                            .replace(root.getFileSystem().getSeparator(), "."))
                    .sorted()
                    .toList();
        }
        Map<String, List<String>> tests = new TreeMap<>();
        for (String name : names) {
            Class<?> type = Class.forName(name);
            Commands commands = type.getAnnotation(Commands.class);
            if (commands != null) {
                for (String command : commands.value()) {
                    tests.computeIfAbsent(command, any -> new ArrayList<>()).add(type.getSimpleName());
                }
            }
        }
        return tests;
    }

    /** Who tests that row. */
    static List<String> of(CommandRow row, Map<String, List<String>> tests) {
        return tests.entrySet().stream()
                .filter(entry -> names(entry.getKey(), row))
                .flatMap(entry -> entry.getValue().stream())
                .map(name -> "`" + name + "`")
                .distinct()
                .sorted()
                .toList();
    }

    /** Whether that is the row's name, or what comes before a parenthesis or comma there. */
    static boolean names(String command, CommandRow row) {
        return row.name().equals(command)
                || row.name().startsWith(command + "(")
                || row.name().startsWith(command + ",");
    }
}
