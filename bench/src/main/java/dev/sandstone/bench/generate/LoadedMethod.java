package dev.sandstone.bench.generate;

import java.lang.annotation.Annotation;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.generators.core.ClassInfo;
import org.openjdk.jmh.generators.core.MethodInfo;
import org.openjdk.jmh.generators.core.ParameterInfo;

/** A method or a constructor, told by reflection. */
record LoadedMethod(Executable method) implements MethodInfo {

    /** A parameter. */
    private record Parameter(ClassInfo type) implements ParameterInfo {
        @Override
        public ClassInfo getType() {
            return type;
        }
    }

    @Override
    public String getName() {
        return method.getName();
    }

    @Override
    public String getQualifiedName() {
        return method.getDeclaringClass().getCanonicalName() + "." + method.toGenericString();
    }

    @Override
    public String getReturnType() {
        return method instanceof Method returning
                ? new LoadedClass(returning.getReturnType()).getQualifiedName()
                : getName();
    }

    @Override
    public Collection<ParameterInfo> getParameters() {
        return Stream.of(method.getParameterTypes())
                .<ParameterInfo>map(type -> new Parameter(new LoadedClass(type)))
                .toList();
    }

    @Override
    public ClassInfo getDeclaringClass() {
        return new LoadedClass(method.getDeclaringClass());
    }

    @Override
    public <T extends Annotation> @Nullable T getAnnotation(Class<T> annotation) {
        return method.getAnnotation(annotation);
    }

    @Override
    public boolean isPublic() {
        return Modifier.isPublic(method.getModifiers());
    }

    @Override
    public boolean isAbstract() {
        return Modifier.isAbstract(method.getModifiers());
    }

    @Override
    public boolean isSynchronized() {
        return Modifier.isSynchronized(method.getModifiers());
    }

    @Override
    public boolean isStrictFP() {
        return false;
    }

    @Override
    public boolean isStatic() {
        return Modifier.isStatic(method.getModifiers());
    }

    @Override
    public int compareTo(MethodInfo other) {
        return getQualifiedName().compareTo(other.getQualifiedName());
    }
}
