package dev.sandstone.engine.volume;

import dev.sandstone.engine.log.LogRecord;
import dev.sandstone.engine.log.RecordType;
import dev.sandstone.engine.recovery.VolumeRow;
import java.nio.ByteBuffer;

/** A record about a whole volume: CONFIG with its row as payload, or LINEAGEDEL. Confined to the shard's loop. */
final class VolumeRecord implements LogRecord {
    /** Told what became of the record. */
    interface Owner {
        void recordDurable(long lsn);

        void recordFailed();
    }

    private final RecordType type;
    private final VolumeRow row;
    private final Owner owner;

    /** @param type CONFIG: the volume is as the row says; LINEAGEDEL: it is gone */
    VolumeRecord(RecordType type, VolumeRow row, Owner owner) {
        this.type = type;
        this.row = row;
        this.owner = owner;
    }

    VolumeRow row() {
        return row;
    }

    @Override
    public RecordType type() {
        return type;
    }

    @Override
    public long lineage() {
        return row.lineage();
    }

    @Override
    public long block() {
        return 0;
    }

    @Override
    public int blocks() {
        return 0;
    }

    @Override
    public long birth() {
        return 0;
    }

    @Override
    public int payloadBytes() {
        return type == RecordType.CONFIG ? VolumeRow.BYTES : 0;
    }

    @Override
    public void putPayload(ByteBuffer dst) {
        if (type == RecordType.CONFIG) {
            dst.put(row.encode());
        }
    }

    @Override
    public int checksum(int index) {
        throw new IllegalStateException("a record about a volume has no blocks");
    }

    @Override
    public void durable(long lsn, long pointer) {
        owner.recordDurable(lsn);
    }

    @Override
    public void failed(long lsn) {
        owner.recordFailed();
    }
}
