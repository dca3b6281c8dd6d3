package dev.sandstone.engine.volume;

import dev.sandstone.engine.cleaner.Cleaner;
import dev.sandstone.engine.cleaner.MovedReference;
import dev.sandstone.engine.cleaner.Relocation;
import dev.sandstone.engine.log.LogRecord;
import dev.sandstone.engine.log.RecordType;
import dev.sandstone.engine.recovery.MovedReferences;
import dev.sandstone.engine.store.LogStream;
import java.util.List;

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
    public void lead(List<MovedReference> moved, Cleaner.Led done) {
        List<MovedReferences.Version> versions = moved.stream()
                .map(of -> new MovedReferences.Version(
                        of.lineage(), of.block(), of.blocks(), of.birth(), of.pointer(), of.checksums()))
                .toList();
        List<MovedReferences> records = MovedReferences.of(versions);
        Leading leading = new Leading(records.size(), done);
        for (MovedReferences record : records) {
            if (append(new ByteRecord(RecordType.RELOCREF, 0, record.encode(), leading.of(record))) == 0) {
                leading.ended(false);
            }
        }
    }

    /** Some RELOCREF records on their way. */
    private final class Leading {
        private final Cleaner.Led done;
        private int awaited;
        private boolean failed;

        Leading(int records, Cleaner.Led done) {
            awaited = records;
            this.done = done;
        }

        ByteRecord.Owner of(MovedReferences record) {
            return new ByteRecord.Owner() {
                @Override
                public void recordDurable(long lsn) {
                    shard.facts().references(record);
                    shard.recordDurable(lsn);
                    ended(true);
                }

                @Override
                public void recordFailed() {
                    shard.recordFailed();
                    ended(false);
                }
            };
        }

        void ended(boolean durable) {
            failed |= !durable;
            if (--awaited == 0) {
                done.led(!failed);
            }
        }
    }

    @Override
    public void failed() {
        shard.recordFailed();
    }
}
