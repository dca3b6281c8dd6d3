package dev.sandstone.engine.sim;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.MethodModel;
import java.lang.reflect.InvocationTargetException;
import org.jspecify.annotations.Nullable;

/**
 * The engine and its simulator once more, with one method of the engine replaced: a bug is planted in the very code
 * that ships, which therefore needs no switch for it.
 *
 * @param type class, below {@code dev.sandstone.engine}
 * @param method every method of this name
 * @param body what it does instead
 */
record Mutant(String type, String method, Body body) {
    private static final String ENGINE = "dev.sandstone.engine.";

    /** What a planted method does. */
    enum Body {
        NOTHING {
            @Override
            void emit(CodeBuilder code) {
                code.return_();
            }
        },
        TRUE {
            @Override
            void emit(CodeBuilder code) {
                code.iconst_1().ireturn();
            }
        },
        FALSE {
            @Override
            void emit(CodeBuilder code) {
                code.iconst_0().ireturn();
            }
        },
        FOUR {
            @Override
            void emit(CodeBuilder code) {
                code.iconst_4().ireturn();
            }
        },
        /** Of a static method that takes one long. */
        ITS_ARGUMENT {
            @Override
            void emit(CodeBuilder code) {
                code.lload(0).lreturn();
            }
        },
        ZERO_LONG {
            @Override
            void emit(CodeBuilder code) {
                code.lconst_0().lreturn();
            }
        },
        HUGE_LONG {
            @Override
            void emit(CodeBuilder code) {
                code.loadConstant(Long.MAX_VALUE).lreturn();
            }
        };

        abstract void emit(CodeBuilder code);
    }

    /** Runs a seed of the campaign against the mutant; null when nothing was noticed, else what was. */
    @Nullable
    String broken(String campaign, long seed) {
        return new Run(this).broken(campaign, seed);
    }

    /** A world of classes of its own. */
    static final class Run {
        private final Loader loader;

        Run(Mutant mutant) {
            loader = new Loader(mutant);
        }

        @Nullable
        String broken(String campaign, long seed) {
            try {
                Class<?> entry = Class.forName(ENGINE + "sim." + campaign, true, loader);
                Object answer = entry.getMethod("broken", long.class).invoke(null, seed);
                if (!loader.planted) {
                    throw new IllegalStateException(loader.mutant + " names no method: nothing was planted");
                }
                return (String) answer;
            } catch (InvocationTargetException e) {
                throw new IllegalStateException(e.getCause());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static final class Loader extends ClassLoader {
        private final Mutant mutant;
        private boolean planted;

        Loader(Mutant mutant) {
            super(Mutant.class.getClassLoader());
            this.mutant = mutant;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                if (known != null) {
                    return known;
                }
                return name.startsWith(ENGINE) ? define(name) : super.loadClass(name, resolve);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                byte[] loaded = name.equals(ENGINE + mutant.type) ? plant(bytes) : bytes;
                return defineClass(name, loaded, 0, loaded.length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private byte[] plant(byte[] bytes) {
            ClassFile file = ClassFile.of();
            ClassTransform transform = (builder, element) -> {
                if (element instanceof MethodModel method && method.methodName().equalsString(mutant.method)) {
                    planted = true;
                    builder.withMethodBody(
                            method.methodName(),
                            method.methodType(),
                            method.flags().flagsMask(),
                            mutant.body::emit);
                } else {
                    builder.with(element);
                }
            };
            return file.transformClass(file.parse(bytes), transform);
        }
    }
}
