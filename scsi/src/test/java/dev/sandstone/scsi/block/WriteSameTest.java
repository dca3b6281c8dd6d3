package dev.sandstone.scsi.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.scsi.command.CommandBench;
import dev.sandstone.scsi.command.Commands;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

@Commands("WRITE SAME")
class WriteSameTest {
    private static final byte[] ZEROS = new byte[512];

    private final CommandBench bench = new CommandBench(BlockCommands.rows());
    private final byte[] pattern = new byte[512];

    WriteSameTest() {
        new Random(1).nextBytes(pattern);
    }

    @Test
    void zerosTakeNoSpace() {
        assertThat(bench.run("41 00 00000005 00 0010 00", ZEROS).text()).isEqualTo("GOOD");
        assertThat(bench.run("93 00 0000000000000005 00000010 00 00", ZEROS).text())
                .isEqualTo("GOOD");
        assertThat(bench.run("93 01 0000000000000005 00000010 00 00").text()).isEqualTo("GOOD");
        assertThat(bench.volume().takeJournal())
                .containsExactly("writeZeros 5+16", "writeZeros 5+16", "writeZeros 5+16");
    }

    @Test
    void theUnmapBitUnmaps() {
        assertThat(bench.run("41 08 00000005 00 0010 00", pattern).text()).isEqualTo("GOOD");
        assertThat(bench.run("93 08 0000000000000005 00000010 00 00", ZEROS).text())
                .isEqualTo("GOOD");
        assertThat(bench.run("93 09 0000000000000005 00000010 00 00").text()).isEqualTo("GOOD");
        assertThat(bench.volume().takeJournal()).containsExactly("unmap [5+16]", "unmap [5+16]", "unmap [5+16]");
    }

    @Test
    void aBlockThatUnmappedBlocksDoNotReadAsIsWritten() {
        assertThat(bench.run("93 08 0000000000000005 00000003 00 00", pattern).text())
                .isEqualTo("GOOD");
        assertThat(bench.volume().takeJournal()).containsExactly("write 5+3");
        for (int lba = 5; lba < 8; lba++) {
            assertThat(Arrays.equals(bench.volume().bytes(), lba * 512, lba * 512 + 512, pattern, 0, 512))
                    .isTrue();
        }
    }

    @Test
    void anyOtherBlockIsWritten() {
        Arrays.fill(bench.volume().bytes(), (byte) 7);
        assertThat(bench.run("93 00 0000000000000003 00000A00 00 00", pattern).text())
                .isEqualTo("GOOD");
        assertThat(bench.volume().takeJournal()).containsExactly("write 3+2048", "write 2051+512");
        byte[] bytes = bench.volume().bytes();
        for (int lba = 3; lba < 3 + 0xA00; lba++) {
            assertThat(Arrays.equals(bytes, lba * 512, lba * 512 + 512, pattern, 0, 512))
                    .isTrue();
        }
        assertThat(bytes[3 * 512 - 1]).isEqualTo((byte) 7);
        assertThat(bytes[(3 + 0xA00) * 512]).isEqualTo((byte) 7);
    }

    @Test
    void aBlockWithOneByteSetIsNotZero() {
        for (int at : new int[] {0, 7, 8, 255, 511}) {
            byte[] block = new byte[512];
            block[at] = 1;
            assertThat(bench.run("41 00 00000000 00 0001 00", block).text()).isEqualTo("GOOD");
            assertThat(bench.volume().takeJournal()).containsExactly("write 0+1");
        }
    }

    @Test
    void zeroBlocksMeanToTheEnd() {
        assertThat(bench.run("41 00 00000FF0 00 0000 00", ZEROS).text()).isEqualTo("GOOD");
        assertThat(bench.run("93 08 0000000000000FF0 00000000 00 00", ZEROS).text())
                .isEqualTo("GOOD");
        assertThat(bench.volume().takeJournal()).containsExactly("writeZeros 4080+16", "unmap [4080+16]");
        assertThat(bench.run("41 00 00001000 00 0000 00", ZEROS).text()).isEqualTo("GOOD");
        assertThat(bench.run("41 00 00001001 00 0000 00", ZEROS).text()).isEqualTo("ILLEGAL_REQUEST/21/00");
        assertThat(bench.run("41 00 FFFFFFFF 00 0000 00", ZEROS).text()).isEqualTo("ILLEGAL_REQUEST/21/00");
        assertThat(bench.run("93 00 8000000000000000 00000000 00 00", ZEROS).text())
                .isEqualTo("ILLEGAL_REQUEST/21/00");
        assertThat(bench.volume().takeJournal()).isEmpty();
    }

    @Test
    void theMaximumCountsForTheEffectiveLength() {
        CommandBench large = new CommandBench(BlockCommands.rows(), 70000, 512, false);
        assertThat(large.run("93 00 0000000000000000 00008001 00 00", ZEROS).textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/24/00@10");
        assertThat(large.run("93 00 0000000000000000 00008000 00 00", ZEROS).text())
                .isEqualTo("GOOD");
        // 70000 - 32768 = 37232: from there to the end is exactly the maximum.
        assertThat(large.run("41 00 0000916F 00 0000 00", ZEROS).textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/24/00@7");
        assertThat(large.run("41 00 00009170 00 0000 00", ZEROS).text()).isEqualTo("GOOD");
        assertThat(large.volume().takeJournal()).containsExactly("writeZeros 0+32768", "writeZeros 37232+32768");
    }

    @Test
    void rangesBehindTheEndAreRefused() {
        assertThat(bench.run("41 00 00000FFF 00 0002 00", ZEROS).text()).isEqualTo("ILLEGAL_REQUEST/21/00");
        assertThat(bench.run("93 01 0000000000000FFF 00000002 00 00").text()).isEqualTo("ILLEGAL_REQUEST/21/00");
    }

    @Test
    void dataOutIsExactlyOneBlock() {
        for (int bytes : new int[] {0, 256, 511, 513, 1024}) {
            assertThat(bench.run("41 08 00000000 00 0001 00", new byte[bytes]).text())
                    .isEqualTo("ILLEGAL_REQUEST/0E/03");
            assertThat(bench.run("93 00 0000000000000000 00000001 00 00", new byte[bytes])
                            .text())
                    .isEqualTo("ILLEGAL_REQUEST/0E/03");
        }
        assertThat(bench.volume().takeJournal()).isEmpty();
    }

    @Test
    void anchorAndObsoleteBitsAreRefused() {
        assertThat(bench.run("41 10 00000000 00 0001 00", ZEROS).textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/24/00@1.4");
        assertThat(bench.run("93 18 0000000000000000 00000001 00 00", ZEROS).textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/24/00@1.4");
        assertThat(bench.run("41 01 00000000 00 0001 00", ZEROS).textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/24/00@1.0");
    }

    @Test
    void aFailedPieceEndsTheCommand() {
        bench.volume().hold();
        var command = bench.start("93 00 0000000000000000 00001000 00 00", pattern);
        bench.volume().failNext(EngineStatus.SPACE_EXHAUSTED, 0);
        bench.volume().releaseAll();
        assertThat(command.outcome().text()).isEqualTo("DATA_PROTECT/27/07");
        assertThat(bench.volume().takeJournal()).containsExactly("write 0+2048", "write 2048+2048");
    }
}
