package dev.sandstone.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A configuration that cannot be used; the message says where, what and how to mend it. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String problem;
    private final String fix;

    /**
     * @param file the file at fault
     * @param position where in it, or null when the whole file is meant
     * @param problem what is wrong
     * @param fix what to do about it
     */
    public ConfigException(Path file, @Nullable Position position, String problem, String fix) {
        super(file + (position == null ? "" : ":" + position.line() + ":" + position.column()) + ": " + problem);
        this.problem = problem;
        this.fix = fix;
    }

    public String problem() {
        return problem;
    }

    public String fix() {
        return fix;
    }
}
