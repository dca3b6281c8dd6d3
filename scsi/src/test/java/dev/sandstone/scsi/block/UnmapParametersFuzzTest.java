package dev.sandstone.scsi.block;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.scsi.cdb.ParameterList;
import dev.sandstone.scsi.sense.CheckCondition;
import java.nio.ByteBuffer;

/** Whatever the list: sense data, or ranges inside the volume and within the limits. */
class UnmapParametersFuzzTest {
    private static final long CAPACITY = 1L << 33;

    @FuzzTest(maxDuration = "20s")
    void ranges(byte[] input) {
        if (input.length < 2) {
            return;
        }
        ByteBuffer all = ByteBuffer.wrap(input);
        int announced = all.getShort() & 0xFFFF;
        int given = Math.min(Math.min(announced, UnmapParameters.MAX_BYTES), all.remaining());
        ByteBuffer list = all.slice(2, given);
        try {
            long total = 0;
            for (BlockRange range :
                    UnmapParameters.parse(new ParameterList(list), announced).within(CAPACITY)) {
                total += range.blocks();
                if (range.blocks() == 0 || range.end() > CAPACITY || total > BlockLimits.MAX_UNMAP) {
                    throw new AssertionError("range " + range + " of " + total);
                }
            }
        } catch (CheckCondition refused) {
            if (refused.sense().asc() == 0) {
                throw new AssertionError(refused);
            }
        }
    }
}
