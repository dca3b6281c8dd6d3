package dev.sandstone.scsi.block;

import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.engine.volume.ExtentStatus;
import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.UnitCommand;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * GET LBA STATUS(16) and (32) (SBC-3 5.4, SBC-4 5.9): mapped or deallocated, as the block map says. Anchored blocks there are
 * none. One command looks at so many blocks at most; the initiator goes on where the last descriptor ends.
 */
final class GetLbaStatus {
    private static final int HEADER_BYTES = 8;
    private static final int DESCRIPTOR_BYTES = 16;
    private static final int DEALLOCATED = 1;

    /** 1 GiB of the volume. */
    private static final long MOST_BLOCKS = 1 << 21;

    private static final int MOST_DESCRIPTORS = 4096;
    private static final int ADDITIONAL_CDB_LENGTH = 24;

    private GetLbaStatus() {}

    static void start16(UnitCommand command) {
        Cdb cdb = command.cdb();
        start(command, cdb.u64(2), MOST_BLOCKS, cdb.u32(10));
    }

    static void start32(UnitCommand command) {
        Cdb cdb = command.cdb();
        if (cdb.u8(7) != ADDITIONAL_CDB_LENGTH) {
            throw cdb.invalid(7);
        }
        long scan = cdb.u32(20);
        start(command, cdb.u64(12), scan == 0 ? MOST_BLOCKS : Math.min(scan, MOST_BLOCKS), cdb.u32(28));
    }

    private static void start(UnitCommand command, long lba, long most, long allocationLength) {
        BlockCdb.requireInside(command, lba, 1);
        long blocks = Math.min(most, command.unit().volume().blocks() - lba);
        int descriptors = Math.clamp((allocationLength - HEADER_BYTES) / DESCRIPTOR_BYTES, 1, MOST_DESCRIPTORS);
        List<ExtentStatus> extents = new ArrayList<>();
        command.attach(new Answer(extents, allocationLength));
        BlockRange range = new BlockRange(lba, blocks);
        if (Read.isWriteBack(command)) {
            // The map has what is durable.
            command.flush(flushed -> ask(flushed, range, extents, descriptors));
        } else {
            ask(command, range, extents, descriptors);
        }
    }

    private static void ask(UnitCommand command, BlockRange range, List<ExtentStatus> into, int most) {
        command.perform(done -> command.unit().volume().extents(range, into, most, done), GetLbaStatus::answer);
    }

    private record Answer(List<ExtentStatus> extents, long allocationLength) {}

    private static void answer(UnitCommand command) {
        Answer answer = (Answer) Objects.requireNonNull(command.attachment());
        ByteBuffer data = ByteBuffer.allocate(HEADER_BYTES + answer.extents().size() * DESCRIPTOR_BYTES);
        data.putInt(data.capacity() - 4).putInt(0);
        for (ExtentStatus extent : answer.extents()) {
            data.putLong(extent.lba()).putInt((int) extent.blocks());
            data.put((byte) (extent.mapped() ? 0 : DEALLOCATED)).put(new byte[3]);
        }
        command.good(data.array(), answer.allocationLength());
    }
}
