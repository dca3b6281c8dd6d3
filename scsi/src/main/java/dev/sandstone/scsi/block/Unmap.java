package dev.sandstone.scsi.block;

import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.cdb.ParameterList;
import dev.sandstone.scsi.command.Step;
import dev.sandstone.scsi.command.UnitCommand;
import java.nio.ByteBuffer;
import java.util.List;

/** UNMAP (SBC-3 5.28). */
final class Unmap {
    private Unmap() {}

    static void start(UnitCommand command) {
        int length = parameterListLength(command.cdb());
        if (length == 0) {
            command.good();
        } else {
            command.dataOut(Math.min(length, UnmapParameters.MAX_BYTES), Unmap::received);
        }
    }

    private static void received(UnitCommand command, ByteBuffer data) {
        UnmapParameters parameters = UnmapParameters.parse(new ParameterList(data), parameterListLength(command.cdb()));
        List<BlockRange> ranges = parameters.within(command.unit().volume().blocks());
        if (ranges.isEmpty()) {
            command.good();
        } else {
            command.unmap(ranges, Step.GOOD);
        }
    }

    private static int parameterListLength(Cdb cdb) {
        return cdb.u16(7);
    }
}
