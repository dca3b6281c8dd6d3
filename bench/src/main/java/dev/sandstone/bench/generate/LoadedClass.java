package dev.sandstone.bench.generate;

import java.lang.annotation.Annotation;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.generators.core.ClassInfo;
import org.openjdk.jmh.generators.core.FieldInfo;
import org.openjdk.jmh.generators.core.MethodInfo;

/** A class, told by reflection. Strict floating point is what all code has. */
record LoadedClass(Class<?> type) implements ClassInfo {
    @Override
    public String getPackageName() {
        return type.getPackageName();
    }

    @Override
    public String getQualifiedName() {
        String canonical = type.getCanonicalName();
        return canonical == null ? type.getName() : canonical;
    }

    @Override
    public String getName() {
        return type.getSimpleName();
    }

    @Override
    public @Nullable ClassInfo getSuperClass() {
        return of(type.getSuperclass());
    }

    @Override
    public @Nullable ClassInfo getDeclaringClass() {
        return of(type.getDeclaringClass());
    }

    private static @Nullable ClassInfo of(@Nullable Class<?> other) {
        return other == null ? null : new LoadedClass(other);
    }

    @Override
    public Collection<FieldInfo> getFields() {
        return Stream.of(type.getDeclaredFields())
                .<FieldInfo>map(LoadedField::new)
                .toList();
    }

    @Override
    public Collection<MethodInfo> getMethods() {
        return Stream.of(type.getDeclaredMethods())
                .<MethodInfo>map(LoadedMethod::new)
                .toList();
    }

    @Override
    public Collection<MethodInfo> getConstructors() {
        return Stream.of(type.getDeclaredConstructors())
                .<MethodInfo>map(LoadedMethod::new)
                .toList();
    }

    @Override
    public <T extends Annotation> @Nullable T getAnnotation(Class<T> annotation) {
        return type.getAnnotation(annotation);
    }

    @Override
    public boolean isAbstract() {
        return Modifier.isAbstract(type.getModifiers());
    }

    @Override
    public boolean isPublic() {
        return Modifier.isPublic(type.getModifiers());
    }

    @Override
    public boolean isStrictFP() {
        return false;
    }

    @Override
    public boolean isFinal() {
        return Modifier.isFinal(type.getModifiers());
    }

    @Override
    public boolean isInner() {
        return type.getDeclaringClass() != null && !Modifier.isStatic(type.getModifiers());
    }

    @Override
    public boolean isEnum() {
        return type.isEnum();
    }

    @Override
    public Collection<String> getEnumConstants() {
        Object[] constants = type.getEnumConstants();
        return constants == null
                ? List.of()
                : Stream.of(constants)
                        .map(constant -> ((Enum<?>) constant).name())
                        .toList();
    }
}
