package dev.sandstone.scsi.block;

import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.scsi.cdb.ParameterList;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.CheckCondition;
import java.util.ArrayList;
import java.util.List;

/**
 * The parameter list of UNMAP (SBC-3 5.28.2), big-endian:
 *
 * <pre>
 *    0  UNMAP DATA LENGTH (2)       bytes that follow it
 *    2  UNMAP BLOCK DESCRIPTOR DATA LENGTH (2)
 *    4  reserved (4)
 *    8  descriptors of 16 bytes: UNMAP LOGICAL BLOCK ADDRESS (8), NUMBER OF LOGICAL BLOCKS (4), reserved (4)
 * </pre>
 *
 * <p>All of it is checked before any block is touched: a list that contradicts itself must not cost data.
 */
final class UnmapParameters {
    private static final int HEADER_BYTES = 8;
    private static final int DESCRIPTOR_BYTES = 16;

    /** The longest list that holds no more descriptors than allowed. */
    static final int MAX_BYTES = HEADER_BYTES + BlockLimits.MAX_UNMAP_DESCRIPTORS * DESCRIPTOR_BYTES;

    private final ParameterList list;
    private final int count;

    private UnmapParameters(ParameterList list, int count) {
        this.list = list;
        this.count = count;
    }

    /**
     * Reads the header.
     *
     * @param list the first {@link #MAX_BYTES} bytes of the list, or all of it when it is shorter
     * @param announced PARAMETER LIST LENGTH of the CDB
     */
    static UnmapParameters parse(ParameterList list, int announced) {
        list.require(0, HEADER_BYTES);
        int descriptorBytes = list.u16(2);
        if (descriptorBytes > announced - HEADER_BYTES) {
            throw CheckCondition.illegal(AdditionalSense.PARAMETER_LIST_LENGTH_ERROR);
        }
        int dataBytes = list.u16(0);
        boolean tooFew = dataBytes < HEADER_BYTES - 2 + descriptorBytes && descriptorBytes > 0;
        if (tooFew || dataBytes > announced - 2) {
            throw list.invalid(0);
        }
        list.requireZero(4, 4);
        // An incomplete last descriptor is ignored, as the clause says.
        int count = descriptorBytes / DESCRIPTOR_BYTES;
        if (count > BlockLimits.MAX_UNMAP_DESCRIPTORS) {
            throw list.invalid(2);
        }
        return new UnmapParameters(list, count);
    }

    /** The ranges named, without empty ones; 21/00 when one is not inside so many blocks, 26/00 when there are too many. */
    List<BlockRange> within(long capacity) {
        List<BlockRange> ranges = new ArrayList<>(count);
        long total = 0;
        for (int i = 0; i < count; i++) {
            int at = HEADER_BYTES + i * DESCRIPTOR_BYTES;
            long lba = list.u64(at);
            long blocks = list.u32(at + 8);
            if (lba < 0 || lba > capacity || blocks > capacity - lba) {
                throw CheckCondition.illegal(AdditionalSense.LOGICAL_BLOCK_ADDRESS_OUT_OF_RANGE);
            }
            total += blocks;
            if (total > BlockLimits.MAX_UNMAP) {
                throw list.invalid(at + 8);
            }
            if (blocks > 0) {
                ranges.add(new BlockRange(lba, blocks));
            }
        }
        return ranges;
    }
}
