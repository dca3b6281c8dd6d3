package dev.sandstone.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the size rules of the formatter's neighbours cannot count: imports of the project, the tail of file lengths. */
final class RoomSizeTest {
    private static final int PROJECT_IMPORTS = 15;
    private static final int PROJECT_IMPORTS_OF_ASSEMBLY = 25;
    private static final int P90_LINES = 400;

    @Test
    void aClassKnowsFewOthers() throws IOException {
        List<String> tooMany = new ArrayList<>();
        for (Path file : Project.sources()) {
            long imports = Files.readAllLines(file).stream()
                    .filter(line ->
                            line.startsWith("import dev.sandstone.") || line.startsWith("import static dev.sandstone."))
                    .count();
            int limit = file.toString().contains("/assembly/") ? PROJECT_IMPORTS_OF_ASSEMBLY : PROJECT_IMPORTS;
            if (imports > limit) {
                tooMany.add(Project.root().relativize(file) + ": " + imports + " > " + limit);
            }
        }
        assertThat(tooMany).isEmpty();
    }

    @Test
    void mostFilesAreSmall() throws IOException {
        List<Integer> lengths = new ArrayList<>();
        for (Path file : Project.sources()) {
            lengths.add(Files.readAllLines(file).size());
        }
        lengths.sort(null);
        assertThat(lengths.get(lengths.size() * 9 / 10))
                .as("p90 of file lengths")
                .isLessThanOrEqualTo(P90_LINES);
    }

    @Test
    void everyPackageIsNullMarked() throws IOException {
        List<Path> unmarked = new ArrayList<>();
        for (Path file : Project.sources()) {
            Path info = file.resolveSibling("package-info.java");
            if (!Files.exists(info) || !Files.readString(info).contains("@NullMarked")) {
                unmarked.add(Project.root().relativize(file));
            }
        }
        assertThat(unmarked).isEmpty();
    }
}
