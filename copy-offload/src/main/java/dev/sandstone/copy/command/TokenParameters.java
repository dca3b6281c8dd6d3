package dev.sandstone.copy.command;

import dev.sandstone.copy.token.RodToken;
import dev.sandstone.copy.token.TokenLimits;
import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.scsi.cdb.ParameterList;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.CheckCondition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * The parameter lists of POPULATE TOKEN (SBC-4 5.12.2) and WRITE USING TOKEN (5.59.2), big-endian:
 *
 * <pre>
 *   POPULATE TOKEN                                  WRITE USING TOKEN
 *    0  POPULATE TOKEN DATA LENGTH (2)               0  WRITE USING TOKEN DATA LENGTH (2)
 *    2  RTV (1), IMMED (0)                           2  DEL_TKN (1), IMMED (0)
 *    4  INACTIVITY TIMEOUT (4), seconds              8  OFFSET INTO ROD (8), blocks
 *    8  ROD TYPE (4)                                16  ROD TOKEN (512)
 *   14  BLOCK DEVICE RANGE DESCRIPTOR LENGTH (2)   534  BLOCK DEVICE RANGE DESCRIPTOR LENGTH (2)
 *   16  descriptors                                536  descriptors
 * </pre>
 *
 * Each block device range descriptor has 16 bytes: LOGICAL BLOCK ADDRESS (8), NUMBER OF LOGICAL BLOCKS (4), reserved (4).
 */
final class TokenParameters {
    static final int POPULATE_HEADER = 16;
    static final int WRITE_HEADER = 536;

    /** Of a list of descriptors as much as shows that it is too long. */
    static final long MOST_RANGE_BYTES = (TokenLimits.RANGES + 1L) * TokenParameters.RANGE_BYTES;

    private static final int RANGE_BYTES = 16;

    private static final int FLAGS = 2;
    private static final int TIMEOUT = 4;
    private static final int ROD_TYPE = 8;
    private static final int OFFSET = 8;
    private static final int TOKEN = 16;
    private static final Set<Integer> ROD_TYPES =
            Set.of(RodToken.POINT_IN_TIME_DEFAULT, RodToken.POINT_IN_TIME_PERSISTENT, RodToken.POINT_IN_TIME_ANY);

    private TokenParameters() {}

    /** @param idleSeconds INACTIVITY TIMEOUT, the default where none was said */
    record Populate(boolean immediate, int idleSeconds, List<BlockRange> ranges) {}

    record Write(boolean immediate, boolean delete, long offset, RodToken token, List<BlockRange> ranges) {
        long blocks() {
            return ranges.stream().mapToLong(BlockRange::blocks).sum();
        }
    }

    /** @param capacity blocks of the unit */
    static Populate populate(ParameterList list, long capacity) {
        list.require(0, POPULATE_HEADER);
        if (list.u16(0) < POPULATE_HEADER + RANGE_BYTES - 2) {
            throw list.invalid(0);
        }
        if (list.bit(FLAGS, 1) && !ROD_TYPES.contains((int) list.u32(ROD_TYPE))) {
            throw list.invalid(ROD_TYPE);
        }
        long seconds = list.u32(TIMEOUT);
        if (seconds > TokenLimits.MOST_IDLE_SECONDS) {
            throw list.invalid(TIMEOUT);
        }
        return new Populate(
                list.bit(FLAGS, 0),
                seconds == 0 ? TokenLimits.IDLE_SECONDS : (int) seconds,
                ranges(list, POPULATE_HEADER, capacity));
    }

    /** @param capacity blocks of the unit */
    static Write write(ParameterList list, long capacity) {
        list.require(0, WRITE_HEADER);
        int announced = list.u16(0);
        if (announced < WRITE_HEADER + RANGE_BYTES - 2 || announced != list.u16(WRITE_HEADER - 2) + WRITE_HEADER - 2) {
            throw list.invalid(0);
        }
        RodToken token = RodToken.of(list.bytes(TOKEN, RodToken.BYTES));
        if (!token.hasRightLength()) {
            throw CheckCondition.illegal(AdditionalSense.INVALID_TOKEN_OPERATION_INVALID_TOKEN_LENGTH);
        }
        return new Write(
                list.bit(FLAGS, 0), list.bit(FLAGS, 1), list.u64(OFFSET), token, ranges(list, WRITE_HEADER, capacity));
    }

    /** 26/00 at OFFSET INTO ROD: it is beyond what the token represents. */
    static CheckCondition beyondTheToken(ParameterList list) {
        return list.invalid(OFFSET);
    }

    /** Descriptors that are cut off, by their length or by that of the list, are ignored, as the clauses say. */
    private static List<BlockRange> ranges(ParameterList list, int header, long capacity) {
        int bytes = list.u16(header - 2);
        if (bytes < RANGE_BYTES) {
            throw list.invalid(header - 2);
        }
        int count = Math.min(bytes, list.length() - header) / RANGE_BYTES;
        if (count > TokenLimits.RANGES) {
            throw CheckCondition.illegal(AdditionalSense.TOO_MANY_SEGMENT_DESCRIPTORS);
        }
        List<BlockRange> ranges = new ArrayList<>();
        long total = 0;
        for (int i = 0; i < count; i++) {
            int at = header + i * RANGE_BYTES;
            long lba = list.u64(at);
            long blocks = list.u32(at + 8);
            if (lba < 0 || lba > capacity || blocks > capacity - lba) {
                throw CheckCondition.illegal(AdditionalSense.LOGICAL_BLOCK_ADDRESS_OUT_OF_RANGE);
            }
            total += blocks;
            if (total > TokenLimits.MOST_BLOCKS) {
                throw list.invalid(at + 8);
            }
            if (blocks > 0) {
                ranges.add(new BlockRange(lba, blocks));
            }
        }
        requireApart(list, header, ranges);
        return ranges;
    }

    private static void requireApart(ParameterList list, int header, List<BlockRange> ranges) {
        List<BlockRange> sorted = ranges.stream()
                .sorted(Comparator.comparingLong(BlockRange::lba))
                .toList();
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i).lba() < sorted.get(i - 1).end()) {
                throw list.invalid(header);
            }
        }
    }
}
