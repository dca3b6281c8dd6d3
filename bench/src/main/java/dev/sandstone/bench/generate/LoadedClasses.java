package dev.sandstone.bench.generate;

import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.generators.core.ClassInfo;
import org.openjdk.jmh.generators.core.GeneratorSource;

/** Benchmarks as JMH's generator sees them, by reflection. */
final class LoadedClasses implements GeneratorSource {
    private final List<Class<?>> benchmarks;

    LoadedClasses(List<Class<?>> benchmarks) {
        this.benchmarks = benchmarks;
    }

    @Override
    public Collection<ClassInfo> getClasses() {
        return benchmarks.stream().<ClassInfo>map(LoadedClass::new).toList();
    }

    @Override
    public ClassInfo resolveClass(String name) {
        try {
            return new LoadedClass(Class.forName(name, false, getClass().getClassLoader()));
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
