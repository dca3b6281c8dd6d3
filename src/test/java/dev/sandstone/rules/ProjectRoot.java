package dev.sandstone.rules;

import java.nio.file.Path;

/** Where the checkout is that the tests look at and start. */
public final class ProjectRoot {
    private ProjectRoot() {}

    public static Path path() {
        return Path.of(System.getProperty("sandstone.root", "../.."))
                .toAbsolutePath()
                .normalize();
    }
}
