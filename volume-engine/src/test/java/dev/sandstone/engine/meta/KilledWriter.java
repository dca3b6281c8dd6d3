package dev.sandstone.engine.meta;

import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;

/** A process that commits batches, each a function of its LSN, and says what it flushed, until somebody kills it. */
final class KilledWriter {
    static final MetadataMemory MEMORY = new MetadataMemory(1 << 20, 1 << 20);
    private static final int KEYS = 4000;

    private KilledWriter() {}

    /** The batch of an LSN: puts and deletes over several tables. */
    static MetadataBatch batch(long lsn) {
        Random random = new Random(lsn);
        MetadataBatch batch = new MetadataBatch();
        batch.lsn(lsn);
        ByteBuffer key = ByteBuffer.allocateDirect(KeySpace.HEAD_KEY_BYTES);
        ByteBuffer value = ByteBuffer.allocateDirect(200);
        for (Table table : new Table[] {Table.HEAD, Table.SEGMENT, Table.LINEAGE}) {
            for (int i = 0; i < 10; i++) {
                KeySpace.head(key, 1, random.nextInt(KEYS));
                if (random.nextInt(4) == 0) {
                    batch.delete(table, key);
                } else {
                    batch.put(table, key, value.putLong(0, lsn).putInt(8, i));
                }
            }
        }
        return batch;
    }

    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        try (MetadataStore store = RocksMetadataStore.open(Path.of(args[0]), MEMORY)) {
            Random random = new Random(store.appliedLsn());
            while (true) {
                store.commit(batch(store.appliedLsn() + 1));
                if (random.nextInt(300) == 0) {
                    store.flush();
                    out.println(store.flushedLsn());
                }
            }
        }
    }
}
