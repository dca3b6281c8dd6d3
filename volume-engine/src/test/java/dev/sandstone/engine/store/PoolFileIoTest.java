package dev.sandstone.engine.store;

import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.loop.ThreadLoop;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

final class PoolFileIoTest extends FileIoContract {
    private final ThreadLoop loop = new ThreadLoop("pool-file-io-test");

    @AfterEach
    void end() {
        loop.close();
    }

    @Override
    ShardLoop loop() {
        return loop;
    }

    @Override
    FileIo open(Path path) throws StoreException {
        return PoolFileIo.open(path, loop);
    }
}
