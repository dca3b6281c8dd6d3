package dev.sandstone.engine.volume;

import dev.sandstone.engine.log.LogRecord;
import dev.sandstone.engine.log.RecordType;
import dev.sandstone.engine.recovery.AnnexPart;
import dev.sandstone.engine.store.LogStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Writes an annex, a record for each of its parts, each begun when the one before is durable.
 *
 * <p>Confined to the shard's loop; for one use.
 */
final class AnnexOperation implements LogRecord {
    private final Shard shard;
    private final LogVolume volume;
    private final List<AnnexPart> parts;
    private final Completion done;
    private final Admission.Applicant applicant = new Admission.Applicant() {
        @Override
        void admitted(EngineStatus status) {
            doorAnswered(status);
        }
    };
    private byte[] payload = {};
    private int next;

    AnnexOperation(LogVolume volume, List<AnnexPart> parts, Completion done) {
        this.shard = volume.shard();
        this.volume = volume;
        this.parts = parts;
        this.done = done;
    }

    void start() {
        shard.began();
        ask();
    }

    private void ask() {
        payload = parts.get(next).encode();
        shard.admission().requestReserved(applicant, payload.length);
    }

    private void doorAnswered(EngineStatus status) {
        if (status != EngineStatus.OK) {
            end(status);
            return;
        }
        EngineStatus writable = volume.writable(0, 0);
        if (writable != EngineStatus.OK || shard.log().append(LogStream.USER, this) == 0) {
            shard.admission().left(payload.length);
            end(writable == EngineStatus.OK ? EngineStatus.IO_ERROR : writable);
        }
    }

    @Override
    public void durable(long lsn, long pointer) {
        shard.facts().annex(parts.get(next));
        shard.recordDurable(lsn);
        shard.admission().left(payload.length);
        next++;
        if (next < parts.size()) {
            ask();
        } else {
            end(EngineStatus.OK);
        }
    }

    @Override
    public void failed(long lsn) {
        shard.recordFailed();
        shard.admission().left(payload.length);
        end(EngineStatus.IO_ERROR);
    }

    private void end(EngineStatus status) {
        Told.tell(done, status, 0);
        shard.ended();
    }

    @Override
    public RecordType type() {
        return RecordType.RESERVATION;
    }

    @Override
    public long lineage() {
        return volume.lineage();
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
        throw new IllegalStateException("an annex has no blocks");
    }
}
