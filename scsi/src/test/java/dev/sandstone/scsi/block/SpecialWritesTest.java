package dev.sandstone.scsi.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.scsi.command.CommandBench;
import dev.sandstone.scsi.command.Commands;
import dev.sandstone.scsi.command.TestCommand;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** ORWRITE, WRITE ATOMIC and GET LBA STATUS. */
@Commands({"ORWRITE", "WRITE ATOMIC", "GET LBA STATUS"})
class SpecialWritesTest {
    private static final int BLOCK = 512;

    private final long seed = Long.getLong("sandstone.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final CommandBench bench = new CommandBench(BlockCommands.rows());

    private static String or(int lba, int blocks) {
        return String.format(Locale.ROOT, "8B 00 %016X %08X 00 00", lba, blocks);
    }

    private static String atomic(int lba, int blocks) {
        return String.format(Locale.ROOT, "9C 00 %016X 0000 %04X 00 00", lba, blocks);
    }

    @Test
    void orWriteAddsBits() {
        byte[] before = bench.volume().bytes();
        random.nextBytes(before);
        byte[] expected = before.clone();
        byte[] bits = new byte[700 * BLOCK];
        random.nextBytes(bits);
        for (int i = 0; i < bits.length; i++) {
            expected[3 * BLOCK + i] |= bits[i];
        }
        assertThat(bench.run(or(3, 700), bits).text()).isEqualTo("GOOD");
        assertThat(bench.volume().bytes()).as("seed %d", seed).isEqualTo(expected);
    }

    @Test
    void whatOthersWriteMeanwhileIsNotUndone() {
        byte[] bits = new byte[BLOCK];
        Arrays.fill(bits, (byte) 0x0F);
        bench.volume().hold();
        TestCommand command = bench.start(or(8, 1), bits);
        bench.volume().release(0);
        assertThat(command.hasEnded()).as("it has read and is about to write").isFalse();
        Arrays.fill(bench.volume().bytes(), 8 * BLOCK, 9 * BLOCK, (byte) 0x30);
        bench.volume().releaseAll();
        assertThat(command.outcome().text()).isEqualTo("GOOD");
        assertThat(bench.volume().bytes()[8 * BLOCK]).isEqualTo((byte) 0x3F);
    }

    @Test
    void orWriteChecksItsRange() {
        assertThat(bench.run(or(CommandBench.BLOCKS, 0)).text()).isEqualTo("GOOD");
        assertThat(bench.run(or(CommandBench.BLOCKS + 1, 0)).text()).isEqualTo("ILLEGAL_REQUEST/21/00");
        assertThat(bench.run(or(CommandBench.BLOCKS - 1, 2), new byte[2 * BLOCK])
                        .text())
                .isEqualTo("ILLEGAL_REQUEST/21/00");
        assertThat(bench.run("8B 20 0000000000000000 00000001 00 00", new byte[BLOCK])
                        .textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/24/00@1.5");
        assertThat(bench.run(or(0, 2), new byte[BLOCK]).text()).isEqualTo("ILLEGAL_REQUEST/0E/03");
        bench.volume().failNext(EngineStatus.MEDIUM_ERROR, 5);
        assertThat(bench.run(or(0, 1), new byte[BLOCK]).text()).isEqualTo("MEDIUM_ERROR/11/00");
    }

    @Test
    void writeAtomicIsOneWrite() {
        byte[] data = new byte[2048 * BLOCK];
        random.nextBytes(data);
        assertThat(bench.run(atomic(8, 2048), data).text()).isEqualTo("GOOD");
        assertThat(bench.volume().takeJournal()).containsExactly("write 8+2048");
        assertThat(Arrays.copyOfRange(bench.volume().bytes(), 8 * BLOCK, 2056 * BLOCK))
                .isEqualTo(data);
        assertThat(bench.run("9C 08 0000000000000000 0000 0008 00 00", new byte[8 * BLOCK])
                        .text())
                .isEqualTo("GOOD");
        assertThat(bench.volume().takeJournal()).containsExactly("write 0+8 fua");
    }

    @Test
    void writeAtomicHoldsToItsLimits() {
        assertThat(bench.run(atomic(0, 2056), new byte[0]).textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@12");
        assertThat(bench.run(atomic(0, 4), new byte[0]).textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@12");
        assertThat(bench.run(atomic(4, 8), new byte[0]).textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@2");
        assertThat(bench.run(atomic(CommandBench.BLOCKS, 0)).text()).isEqualTo("GOOD");
        assertThat(bench.run(atomic(CommandBench.BLOCKS + 8, 0)).text()).isEqualTo("ILLEGAL_REQUEST/21/00");
        assertThat(bench.run("9C 00 0000000000000000 0008 0008 00 00").textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/24/00@11.3");
        assertThat(bench.volume().takeJournal()).isEmpty();
    }

    @Test
    void lbaStatusIsWhatTheMapSays() {
        bench.volume().bytes()[16 * BLOCK] = 1;
        String first = "0000000000000000" + "00000010" + "01000000";
        String second = "0000000000000010" + "00000008" + "00000000";
        String third = "0000000000000018" + "00000fe8" + "01000000";
        assertThat(bench.run("9E 12 0000000000000000 00000400 00 00").hex())
                .isEqualTo("00000034" + "00000000" + first + second + third);
        assertThat(bench.run("9E 12 0000000000000000 00000018 00 00").hex()).isEqualTo("00000014" + "00000000" + first);
        assertThat(bench.run("9E 12 0000000000000000 00000004 00 00").hex()).isEqualTo("00000014");
        assertThat(bench.run("9E 12 0000000000000012 00000028 00 00").hex())
                .isEqualTo("00000024" + "00000000" + "0000000000000012" + "00000006" + "00000000" + third);
        assertThat(bench.run("9E 12 0000000000001000 00000400 00 00").text()).isEqualTo("ILLEGAL_REQUEST/21/00");
        String cdb32 = "7F 00 00000000 00 18 0012 0000 0000000000000010 00000010 00000000 00000400";
        assertThat(bench.run(cdb32).hex())
                .isEqualTo("00000024" + "00000000" + second + "0000000000000018" + "00000008" + "01000000");
        assertThat(bench.run(cdb32.replace("00 18 00", "00 17 00")).textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/24/00@7.2");
        assertThat(bench.run(cdb32.replace("00 18 00", "00 08 00")).textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/24/00@7");
    }
}
