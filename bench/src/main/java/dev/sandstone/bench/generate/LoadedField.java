package dev.sandstone.bench.generate;

import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.generators.core.ClassInfo;
import org.openjdk.jmh.generators.core.FieldInfo;

/** A field, told by reflection. */
record LoadedField(Field field) implements FieldInfo {
    @Override
    public String getName() {
        return field.getName();
    }

    @Override
    public ClassInfo getType() {
        return new LoadedClass(field.getType());
    }

    @Override
    public ClassInfo getDeclaringClass() {
        return new LoadedClass(field.getDeclaringClass());
    }

    @Override
    public <T extends Annotation> @Nullable T getAnnotation(Class<T> annotation) {
        return field.getAnnotation(annotation);
    }

    @Override
    public boolean isPublic() {
        return Modifier.isPublic(field.getModifiers());
    }

    @Override
    public boolean isStatic() {
        return Modifier.isStatic(field.getModifiers());
    }

    @Override
    public boolean isFinal() {
        return Modifier.isFinal(field.getModifiers());
    }
}
