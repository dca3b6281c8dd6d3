package dev.sandstone.scsi.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.scsi.command.CommandBench;
import dev.sandstone.scsi.command.Commands;
import dev.sandstone.scsi.command.Outcome;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;

@Commands("UNMAP")
class UnmapTest {
    private final CommandBench bench = new CommandBench(BlockCommands.rows());

    private static byte[] list(long... lbasAndBlocks) {
        int descriptors = lbasAndBlocks.length / 2;
        byte[] list = new byte[8 + descriptors * 16];
        ByteBuffer out = ByteBuffer.wrap(list);
        out.putShort((short) (6 + descriptors * 16))
                .putShort((short) (descriptors * 16))
                .putInt(0);
        for (int i = 0; i < descriptors; i++) {
            out.putLong(lbasAndBlocks[2 * i])
                    .putInt((int) lbasAndBlocks[2 * i + 1])
                    .putInt(0);
        }
        return list;
    }

    private Outcome unmap(byte[] list) {
        return unmap(list, list.length);
    }

    private Outcome unmap(byte[] list, int announced) {
        return bench.run(String.format(Locale.ROOT, "42 00 00000000 00 %04X 00", announced), list);
    }

    @Test
    void unmapsTheRangesNamed() {
        Arrays.fill(bench.volume().bytes(), (byte) 1);
        assertThat(unmap(list(8, 16, 4095, 1, 100, 0)).text()).isEqualTo("GOOD");
        assertThat(bench.volume().takeJournal()).containsExactly("unmap [8+16, 4095+1]");
        assertThat(bench.volume().bytes()[8 * 512 - 1]).isEqualTo((byte) 1);
        assertThat(bench.volume().bytes()[8 * 512]).isEqualTo((byte) 0);
        assertThat(bench.volume().bytes()[24 * 512]).isEqualTo((byte) 1);
    }

    @Test
    void nothingToUnmapIsNoError() {
        assertThat(unmap(new byte[0]).text()).isEqualTo("GOOD");
        assertThat(unmap(list()).text()).isEqualTo("GOOD");
        assertThat(unmap(new byte[8]).text()).isEqualTo("GOOD");
        assertThat(unmap(list(CommandBench.BLOCKS, 0)).text()).isEqualTo("GOOD");
        assertThat(bench.volume().takeJournal()).isEmpty();
    }

    @Test
    void anyRangeOutsideTouchesNothing() {
        for (long[] bad : new long[][] {{4096, 1}, {4095, 2}, {4097, 0}, {-1, 1}, {Long.MIN_VALUE, 0}}) {
            assertThat(unmap(list(0, 8, bad[0], bad[1])).text()).isEqualTo("ILLEGAL_REQUEST/21/00");
        }
        assertThat(bench.volume().takeJournal()).isEmpty();
    }

    @Test
    void aListShorterThanItSaysIsALengthError() {
        byte[] list = list(0, 8, 16, 8);
        for (int length = 1; length < list.length; length++) {
            assertThat(unmap(Arrays.copyOf(list, length), length).text()).isEqualTo("ILLEGAL_REQUEST/1A/00");
        }
        assertThat(unmap(list, list.length).text()).isEqualTo("GOOD");
        assertThat(unmap(Arrays.copyOf(list, 20), list.length).text()).isEqualTo("ILLEGAL_REQUEST/0E/03");
    }

    @Test
    void anIncompleteLastDescriptorIsIgnored() {
        byte[] list = list(0, 8, 16, 8);
        list[3] = 31;
        assertThat(unmap(list).text()).isEqualTo("GOOD");
        assertThat(bench.volume().takeJournal()).containsExactly("unmap [0+8]");
        list[3] = 15;
        assertThat(unmap(list).text()).isEqualTo("GOOD");
        assertThat(bench.volume().takeJournal()).isEmpty();
    }

    @Test
    void lengthsThatContradictEachOtherAreRefused() {
        byte[] list = list(0, 8);
        list[1] = 21;
        assertThat(unmap(list).textAndPointer()).isEqualTo("ILLEGAL_REQUEST/26/00@0");
        assertThat(bench.volume().takeJournal()).isEmpty();
    }

    @Test
    void aDataLengthBeyondTheListIsRefused() {
        byte[] list = list(0, 8);
        list[1] = 23;
        assertThat(unmap(list).textAndPointer()).isEqualTo("ILLEGAL_REQUEST/26/00@0");
        list[0] = (byte) 0xEA;
        assertThat(unmap(list).textAndPointer()).isEqualTo("ILLEGAL_REQUEST/26/00@0");
        assertThat(bench.volume().takeJournal()).isEmpty();
    }

    @Test
    void reservedBytesOfTheHeaderAreZero() {
        for (int at = 4; at < 8; at++) {
            byte[] list = list(0, 8);
            list[at] = 1;
            assertThat(unmap(list).textAndPointer()).isEqualTo("ILLEGAL_REQUEST/26/00@" + at);
        }
        assertThat(bench.volume().takeJournal()).isEmpty();
    }

    @Test
    void limitsOfThePageAreEnforced() {
        long[] most = new long[2 * 256];
        Arrays.fill(most, 1);
        assertThat(unmap(list(most)).text()).isEqualTo("GOOD");
        assertThat(unmap(list(Arrays.copyOf(most, 2 * 257))).textAndPointer()).isEqualTo("ILLEGAL_REQUEST/26/00@2");
        CommandBench large = new CommandBench(BlockCommands.rows(), (1 << 20) + 8, 512, false);
        byte[] all = list(0, 1 << 20);
        assertThat(large.run("42 00 00000000 00 0018 00", all).text()).isEqualTo("GOOD");
        byte[] more = list(0, 1 << 20, 1 << 20, 1);
        assertThat(large.run("42 00 00000000 00 0028 00", more).textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/26/00@32");
    }

    @Test
    void anchorIsRefused() {
        assertThat(bench.run("42 01 00000000 00 0018 00", list(0, 8)).textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/24/00@1.0");
    }
}
