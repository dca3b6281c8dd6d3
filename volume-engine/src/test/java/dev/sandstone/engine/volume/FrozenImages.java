package dev.sandstone.engine.volume;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Makes images for {@link FrozenImageTest}, one of a single disk and one of a mirror of two, in the folder that property
 * {@code sandstone.frozen} names. Runs when asked for by name only; {@code README.md} beside the images says when.
 */
class FrozenImages {

    @Test
    void make(@TempDir Path work) throws Exception {
        Path images = Path.of(System.getProperty("sandstone.frozen", "target/frozen"));
        Files.createDirectories(images);
        FrozenImage.make(work.resolve("one"), 1, images.resolve("one_disk"));
        FrozenImage.make(work.resolve("two"), 2, images.resolve("two_disks"));
    }
}
