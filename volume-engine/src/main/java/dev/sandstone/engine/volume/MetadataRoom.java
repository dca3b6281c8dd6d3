package dev.sandstone.engine.volume;

import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.meta.MetadataStore;
import java.util.concurrent.TimeUnit;

/** How much the metadata's file system can still take, asked at most twice a second. Confined to the shard's loop. */
final class MetadataRoom {
    private static final long STALE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final ShardLoop loop;
    private final MetadataStore store;
    private long asked;
    private long bytes;
    private boolean known;

    MetadataRoom(ShardLoop loop, MetadataStore store) {
        this.loop = loop;
        this.store = store;
    }

    long bytes() {
        long now = loop.nanoTime();
        if (!known || now - asked > STALE_NANOS) {
            known = true;
            asked = now;
            bytes = store.roomBytes();
        }
        return bytes;
    }
}
