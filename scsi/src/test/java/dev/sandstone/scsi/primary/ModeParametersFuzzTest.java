package dev.sandstone.scsi.primary;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sandstone.scsi.cdb.ParameterList;
import dev.sandstone.scsi.command.CommandBench;
import dev.sandstone.scsi.sense.CheckCondition;
import dev.sandstone.scsi.unit.ModePage;
import dev.sandstone.scsi.unit.ModePages;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Whatever the list: sense data and no change, or a change of changeable bits only. */
class ModeParametersFuzzTest {
    @FuzzTest(maxDuration = "20s")
    void pages(byte[] input) {
        if (input.length == 0) {
            return;
        }
        ModePages pages = new CommandBench(List.of()).unit().modePages();
        List<byte[]> before = pages.all().stream().map(ModePage::current).toList();
        ByteBuffer list = ByteBuffer.wrap(input, 1, input.length - 1).slice();
        boolean mayChange = true;
        try {
            mayChange = ModeParameters.parse(new ParameterList(list), (input[0] & 1) != 0, CommandBench.BLOCKS)
                    .select(pages);
        } catch (CheckCondition refused) {
            mayChange = false;
        }
        for (int i = 0; i < before.size(); i++) {
            check(pages.all().get(i), before.get(i), mayChange);
        }
    }

    private static void check(ModePage page, byte[] before, boolean mayChange) {
        byte[] now = page.current();
        if (!mayChange && !Arrays.equals(before, now)) {
            throw new AssertionError("page " + page.code() + " changed");
        }
        byte[] mask = page.changeable();
        for (int at = 0; at < now.length; at++) {
            int allowed = at < page.headerBytes() ? 0 : mask[at];
            if (((now[at] ^ before[at]) & ~allowed) != 0) {
                throw new AssertionError("page " + page.code() + " byte " + at + " changed");
            }
        }
    }
}
