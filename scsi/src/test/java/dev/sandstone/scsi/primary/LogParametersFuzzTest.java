package dev.sandstone.scsi.primary;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sandstone.scsi.command.CommandBench;
import dev.sandstone.scsi.command.Outcome;
import dev.sandstone.scsi.command.TestCommand;
import dev.sandstone.scsi.unit.SpaceSource;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;

/**
 * Whatever LOG SENSE and LOG SELECT are asked for: pages that are parameters from end to end, cut at the allocation length, or
 * 24/00; and counters that only PCR sets to zero.
 */
class LogParametersFuzzTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final int CDB_BYTES = 10;
    private static final int HEADER_BYTES = 4;
    private static final int ALL_SUBPAGES = 0xFF;

    /** The input is CDBs of 10 bytes; the lowest bit of the first says which command. */
    @FuzzTest(maxDuration = "20s")
    void commands(byte[] input) {
        CommandBench bench = new CommandBench(PrimaryCommands.rows(List.of()));
        bench.unit().space(asked -> asked.accept(new SpaceSource.Space(Long.MAX_VALUE, input.length)));
        bench.unit().statistics().read(1 << 20);
        for (int at = 0; at + CDB_BYTES <= input.length; at += CDB_BYTES) {
            byte[] cdb = new byte[CDB_BYTES];
            System.arraycopy(input, at, cdb, 0, CDB_BYTES);
            boolean sense = (cdb[0] & 1) != 0;
            cdb[0] = (byte) (sense ? 0x4D : 0x4C);
            long before = bench.unit().statistics().reads();
            TestCommand command = bench.start(HEX.formatHex(cdb), new byte[0]);
            Outcome outcome = command.outcome();
            if (!outcome.text().equals("GOOD")) {
                require(outcome.text().equals("ILLEGAL_REQUEST/24/00"), outcome.text());
                require(bench.unit().statistics().reads() == before, "a refused command changed counters");
            } else if (sense) {
                check(bench, cdb, outcome.dataIn());
            } else {
                boolean reset = (cdb[1] & 0x02) != 0;
                require(reset || bench.unit().statistics().reads() == before, "reset without PCR");
            }
        }
    }

    private static void check(CommandBench bench, byte[] cdb, byte[] got) {
        int allocation = ByteBuffer.wrap(cdb).getShort(7) & 0xFFFF;
        require(got.length <= allocation, "more than the allocation length");
        byte[] most = cdb.clone();
        most[7] = (byte) 0xFF;
        most[8] = (byte) 0xFF;
        ByteBuffer page = ByteBuffer.wrap(bench.run(HEX.formatHex(most)).dataIn());
        require(got.length == Math.min(allocation, page.capacity()), "cut elsewhere");
        require(page.slice(0, got.length).equals(ByteBuffer.wrap(got)), "the allocation length changed the page");
        require((page.get(0) & 0x3F) == (cdb[2] & 0x3F) && page.get(1) == cdb[3], "another page");
        require((page.getShort(2) & 0xFFFF) == page.capacity() - HEADER_BYTES, "PAGE LENGTH");
        if ((cdb[2] & 0x3F) != 0) {
            parameters(page, ByteBuffer.wrap(cdb).getShort(5) & 0xFFFF);
        } else {
            require((cdb[3] & 0xFF) % ALL_SUBPAGES == 0, "a list of pages under another subpage");
        }
    }

    /** Whole parameters, ascending, none before the one asked for. */
    private static void parameters(ByteBuffer page, int from) {
        int least = from;
        int at = HEADER_BYTES;
        while (at < page.capacity()) {
            int code = page.getShort(at) & 0xFFFF;
            require(code >= least, "parameter " + code);
            least = code + 1;
            at += HEADER_BYTES + (page.get(at + 3) & 0xFF);
        }
        require(at == page.capacity(), "a parameter is cut");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
