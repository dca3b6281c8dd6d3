package dev.sandstone.engine.meta;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Our bytes of a batch are those that RocksDB makes itself, which it says when asked. */
class RocksBatchTest {
    private static final int BATCHES = 50;

    private final long seed = Long.getLong("sandstone.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void isWhatRocksMakes(@TempDir Path folder) throws RocksDBException {
        NativeLibrary.load();
        RocksTables tables = new RocksTables(folder, new MetadataMemory(8 << 20, 8 << 20));
        RocksBatch batch = new RocksBatch(table -> tables.handle(table).getID());
        RocksBatch ofDefault = new RocksBatch(table -> 0);
        try (WriteBatch expected = new WriteBatch();
                WriteBatch expectedDefault = new WriteBatch()) {
            for (int i = 0; i < BATCHES; i++) {
                batch.clear();
                ofDefault.clear();
                expected.clear();
                expectedDefault.clear();
                for (int rows = random.nextInt(40); rows > 0; rows--) {
                    Table table = Table.at(random.nextInt(Table.values().length));
                    ByteBuffer key = bytes(1 + random.nextInt(300));
                    if (random.nextInt(4) == 0) {
                        batch.delete(table, key);
                        expected.delete(tables.handle(table), key.duplicate());
                        ofDefault.delete(table, key);
                        expectedDefault.delete(key.duplicate());
                    } else {
                        ByteBuffer value = bytes(random.nextInt(random.nextInt(10) == 0 ? 40_000 : 200));
                        batch.put(table, key, value);
                        expected.put(tables.handle(table), key.duplicate(), value.duplicate());
                        ofDefault.put(table, key, value);
                        expectedDefault.put(key.duplicate(), value.duplicate());
                    }
                }
                assertThat(batch.whole()).as("seed %d", seed).isEqualTo(expected.data());
                assertThat(ofDefault.whole()).as("seed %d", seed).isEqualTo(expectedDefault.data());
            }
        } finally {
            tables.close();
        }
    }

    private ByteBuffer bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return ByteBuffer.allocateDirect(length).put(bytes).flip();
    }
}
