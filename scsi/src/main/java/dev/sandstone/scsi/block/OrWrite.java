package dev.sandstone.scsi.block;

import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.UnitCommand;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * ORWRITE(16) (SBC-3 5.5). Pieces of 128 KiB: each is read, and written with the bits added if it still is what was read, else
 * tried again; so no write of anyone else is undone. Attached to its command.
 */
final class OrWrite {
    private static final int PIECE_BYTES = 128 << 10;

    private final ByteBuffer bits;
    private final ByteBuffer before;
    private final ByteBuffer after;
    private int at;
    private boolean changedMeanwhile;

    private OrWrite(ByteBuffer bits, ByteBuffer scratch) {
        this.bits = bits.slice();
        this.before = scratch.slice(0, PIECE_BYTES);
        this.after = scratch.slice(PIECE_BYTES, PIECE_BYTES);
    }

    static void start(UnitCommand command) {
        long blocks = BlockCdb.checkedTransfer(command);
        if (blocks == 0) {
            command.good();
        } else {
            command.dataOut(BlockCdb.bytes(blocks), OrWrite::received);
        }
    }

    private static void received(UnitCommand command, ByteBuffer data) {
        command.attach(new OrWrite(data, command.scratch(2 * PIECE_BYTES)));
        next(command);
    }

    private static void next(UnitCommand command) {
        OrWrite run = of(command);
        int left = run.bits.limit() - run.at;
        if (left == 0) {
            command.good();
            return;
        }
        run.before.clear().limit(Math.min(left, PIECE_BYTES));
        command.read(run.lba(command), run.before, OrWrite::merge);
    }

    private static void merge(UnitCommand command) {
        OrWrite run = of(command);
        int bytes = run.before.limit();
        run.after.clear().limit(bytes);
        for (int i = 0; i < bytes; i += Long.BYTES) {
            run.after.putLong(i, run.before.getLong(i) | run.bits.getLong(run.at + i));
        }
        Cdb cdb = command.cdb();
        command.perform(
                done -> command.unit()
                        .volume()
                        .compareAndWrite(
                                run.lba(command), run.before, run.after, BlockCdb.fua(cdb), (status, detail) -> {
                                    run.changedMeanwhile = status == EngineStatus.MISCOMPARE;
                                    done.done(run.changedMeanwhile ? EngineStatus.OK : status, detail);
                                }),
                OrWrite::written);
    }

    private static void written(UnitCommand command) {
        OrWrite run = of(command);
        if (!run.changedMeanwhile) {
            run.at += run.before.limit();
        }
        next(command);
    }

    private long lba(UnitCommand command) {
        return BlockCdb.lba(command.cdb()) + (at >>> BlockLimits.BLOCK_SHIFT);
    }

    private static OrWrite of(UnitCommand command) {
        return (OrWrite) Objects.requireNonNull(command.attachment());
    }
}
