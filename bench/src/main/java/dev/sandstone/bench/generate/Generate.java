package dev.sandstone.bench.generate;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.openjdk.jmh.generators.core.BenchmarkGenerator;
import org.openjdk.jmh.generators.core.FileSystemDestination;

/**
 * Makes the classes that JMH runs benchmarks by, at the time of the run: the rules of the build are not for code that nobody
 * wrote.
 *
 * <p>Arguments: folder for sources and classes, then the classes that have benchmarks.
 */
public final class Generate {
    private Generate() {}

    public static void main(String[] arguments) throws IOException, ClassNotFoundException {
        Path sources = Files.createDirectories(Path.of(arguments[0], "sources"));
        Path classes = Files.createDirectories(Path.of(arguments[0], "classes"));
        List<Class<?>> benchmarks = new ArrayList<>();
        for (int i = 1; i < arguments.length; i++) {
            benchmarks.add(Class.forName(arguments[i]));
        }
        FileSystemDestination destination = new FileSystemDestination(classes.toFile(), sources.toFile());
        BenchmarkGenerator generator = new BenchmarkGenerator();
        LoadedClasses source = new LoadedClasses(benchmarks);
        generator.generate(source, destination);
        generator.complete(source, destination);
        if (destination.hasErrors()) {
            throw new IOException(String.valueOf(destination.getErrors()));
        }
        compile(sources, classes);
    }

    private static void compile(Path sources, Path classes) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "-proc:none", "-nowarn", "-d", classes.toString(), "-cp", System.getProperty("java.class.path")));
        try (Stream<Path> files = Files.walk(sources)) {
            files.map(Path::toString).filter(name -> name.endsWith(".java")).forEach(command::add);
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null || compiler.run(null, null, null, command.toArray(String[]::new)) != 0) {
            throw new IOException("what JMH made in " + sources + File.separator + " does not compile");
        }
    }
}
