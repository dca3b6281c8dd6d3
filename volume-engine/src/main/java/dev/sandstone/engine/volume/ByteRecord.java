package dev.sandstone.engine.volume;

import dev.sandstone.engine.log.LogRecord;
import dev.sandstone.engine.log.RecordType;
import java.nio.ByteBuffer;

/** A record about whole volumes, snapshots, lineages: some bytes with a meaning of their own. Confined to the loop. */
final class ByteRecord implements LogRecord {
    /** Told what became of the record. */
    interface Owner {
        void recordDurable(long lsn);

        void recordFailed();
    }

    private final RecordType type;
    private final long lineage;
    private final byte[] payload;
    private final Owner owner;

    /** @param lineage the one it is about, 0 for none or several */
    ByteRecord(RecordType type, long lineage, byte[] payload, Owner owner) {
        this.type = type;
        this.lineage = lineage;
        this.payload = payload;
        this.owner = owner;
    }

    @Override
    public RecordType type() {
        return type;
    }

    @Override
    public long lineage() {
        return lineage;
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
        return payload.length;
    }

    @Override
    public void putPayload(ByteBuffer dst) {
        dst.put(payload);
    }

    @Override
    public int checksum(int index) {
        throw new IllegalStateException("a record of bytes has no blocks");
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
