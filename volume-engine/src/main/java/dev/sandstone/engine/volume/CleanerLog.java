package dev.sandstone.engine.volume;

import dev.sandstone.engine.cleaner.Cleaner;
import dev.sandstone.engine.cleaner.Relocation;
import dev.sandstone.engine.log.LogRecord;
import dev.sandstone.engine.store.LogStream;

/** The shard's log as the cleaner writes to it. Confined to the shard's loop. */
final class CleanerLog implements Cleaner.Log {
    private final Shard shard;

    CleanerLog(Shard shard) {
        this.shard = shard;
    }

    @Override
    public long append(LogRecord record) {
        return shard.log().append(LogStream.CLEAN1, record);
    }

    @Override
    public void moved(long lsn, Relocation move, long pointer) {
        shard.facts().relocation(move.birth(), move, pointer, move.checksums());
        shard.recordDurable(lsn);
    }

    @Override
    public void failed() {
        shard.recordFailed();
    }
}
