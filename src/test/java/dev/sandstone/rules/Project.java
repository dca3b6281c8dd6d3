package dev.sandstone.rules;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The classes and the sources that the rules look at. */
final class Project {
    static final String ROOT_PACKAGE = "dev.sandstone";

    private Project() {}

    /** Production classes of every module, imported once. */
    static JavaClasses classes() {
        return Holder.CLASSES;
    }

    static Path root() {
        return ProjectRoot.path();
    }

    /** Every production source file. */
    static List<Path> sources() {
        try (Stream<Path> files = Files.walk(root())) {
            return files.filter(f -> f.toString().endsWith(".java"))
                    .filter(f -> f.toString().contains("/src/main/java/"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Holder {
        static final JavaClasses CLASSES = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(location -> !location.contains("test-classes") && !location.contains("-tests.jar"))
                .importPackages(ROOT_PACKAGE);
    }
}
