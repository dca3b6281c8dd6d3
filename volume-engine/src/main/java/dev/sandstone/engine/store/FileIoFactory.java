package dev.sandstone.engine.store;

import dev.sandstone.engine.loop.ShardLoop;
import java.nio.file.Path;

/** Chooses how a file is read and written. */
@FunctionalInterface
public interface FileIoFactory {
    /** Opens a file or block device that exists. */
    FileIo open(Path path, ShardLoop loop) throws StoreException;
}
