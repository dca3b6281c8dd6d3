package dev.sandstone.engine.volume;

import dev.sandstone.engine.cleaner.ScrubMemory;
import dev.sandstone.engine.store.SafeFile;
import dev.sandstone.engine.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The progress of the scrub in a file. What cannot be kept costs no more than a walk from the beginning. */
final class FileScrubMemory implements ScrubMemory {
    private static final Logger LOG = LoggerFactory.getLogger(FileScrubMemory.class);

    private final SafeFile file;

    FileScrubMemory(Path path) {
        file = new SafeFile(path);
    }

    @Override
    public String load() {
        try {
            byte[] content = file.read();
            return content == null ? "" : new String(content, StandardCharsets.UTF_8);
        } catch (StoreException e) {
            LOG.warn("How far the scrub was is not known", e);
            return "";
        }
    }

    @Override
    public void save(String text) {
        try {
            file.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (StoreException e) {
            LOG.warn("How far the scrub is cannot be kept", e);
        }
    }
}
