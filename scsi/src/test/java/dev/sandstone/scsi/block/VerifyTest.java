package dev.sandstone.scsi.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.WritePolicy;
import dev.sandstone.scsi.command.CommandBench;
import dev.sandstone.scsi.command.Commands;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** VERIFY and COMPARE AND WRITE. */
@Commands({"VERIFY", "COMPARE AND WRITE"})
class VerifyTest {
    private final CommandBench bench = new CommandBench(BlockCommands.rows());

    private byte[] fill(int lba, int blocks) {
        byte[] data = new byte[blocks * 512];
        new Random(lba).nextBytes(data);
        System.arraycopy(data, 0, bench.volume().bytes(), lba * 512, data.length);
        return data;
    }

    @Test
    void withoutByteCheckReadsTheMediumAndTakesNoData() {
        byte[] wrong = new byte[512];
        wrong[0] = 1;
        assertThat(bench.run("2F 00 00000010 00 0001 00", wrong).text()).isEqualTo("GOOD");
        assertThat(bench.volume().takeJournal()).containsExactly("read 16+1");
        bench.volume().failNext(EngineStatus.MEDIUM_ERROR, 16);
        assertThat(bench.run("AF 00 00000010 00000001 00 00").text()).isEqualTo("MEDIUM_ERROR/11/00");
    }

    @Test
    void longRangesAreReadInPieces() {
        assertThat(bench.run("8F 00 0000000000000000 00000FFF 00 00").text()).isEqualTo("GOOD");
        assertThat(bench.volume().takeJournal()).containsExactly("read 0+2048", "read 2048+2047");
    }

    @Test
    void byteCheckOneComparesEachByte() {
        byte[] data = fill(8, 4096 - 8);
        assertThat(bench.run("8F 02 0000000000000008 00000FF8 00 00", data).text())
                .isEqualTo("GOOD");
        for (int at : new int[] {0, 511, 512, (1 << 20) - 1, 1 << 20, data.length - 1}) {
            data[at] ^= 0x40;
            assertThat(bench.run("8F 02 0000000000000008 00000FF8 00 00", data).text())
                    .isEqualTo("MISCOMPARE/1D/00");
            data[at] ^= 0x40;
        }
    }

    @Test
    void byteCheckThreeComparesEachBlockWithOne() {
        byte[] block = new byte[512];
        new Random(3).nextBytes(block);
        for (int lba = 0; lba < 5; lba++) {
            System.arraycopy(block, 0, bench.volume().bytes(), lba * 512, 512);
        }
        assertThat(bench.run("2F 06 00000000 00 0005 00", block).text()).isEqualTo("GOOD");
        assertThat(bench.run("2F 06 00000000 00 0006 00", block).text()).isEqualTo("MISCOMPARE/1D/00");
        bench.volume().bytes()[4 * 512 + 511] ^= 1;
        assertThat(bench.run("2F 06 00000000 00 0005 00", block).text()).isEqualTo("MISCOMPARE/1D/00");
    }

    @Test
    void byteCheckTwoIsReserved() {
        assertThat(bench.run("2F 04 00000000 00 0001 00").textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@1.2");
    }

    @Test
    void whatIsCachedIsVerifiedOnTheMedium() {
        bench.volume().writePolicy(WritePolicy.WRITE_BACK);
        assertThat(bench.run("2F 00 00000000 00 0001 00").text()).isEqualTo("GOOD");
        assertThat(bench.volume().takeJournal()).containsExactly("flush", "read 0+1");
    }

    @Test
    void verifyChecksItsRange() {
        assertThat(bench.run("2F 02 00000000 00 0000 00").text()).isEqualTo("GOOD");
        assertThat(bench.run("2F 02 00001001 00 0000 00").text()).isEqualTo("ILLEGAL_REQUEST/21/00");
        assertThat(bench.run("2F 02 00000FFF 00 0002 00", new byte[1024]).text())
                .isEqualTo("ILLEGAL_REQUEST/21/00");
        assertThat(bench.run("AF 00 00000000 00004001 00 00").textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@6");
        assertThat(bench.run("2F 02 00000000 00 0002 00", new byte[512]).text()).isEqualTo("ILLEGAL_REQUEST/0E/03");
    }

    @Test
    void compareAndWriteReplacesWhatIsEqual() {
        byte[] data = Arrays.copyOf(fill(3, 2), 2048);
        Arrays.fill(data, 1024, 2048, (byte) 'B');
        assertThat(bench.run("89 00 0000000000000003 000000 02 00 00", data).text())
                .isEqualTo("GOOD");
        assertThat(Arrays.copyOfRange(bench.volume().bytes(), 3 * 512, 5 * 512))
                .isEqualTo(Arrays.copyOfRange(data, 1024, 2048));
        assertThat(bench.volume().takeJournal()).containsExactly("compareAndWrite 3+2");
    }

    @Test
    void compareAndWriteTellsWhereTheFirstDifferenceIs() {
        byte[] data = Arrays.copyOf(fill(0, 255), 2 * 255 * 512);
        data[130 * 512 + 7] ^= 1;
        byte[] sense = bench.run("89 08 0000000000000000 000000 FF 00 00", data)
                .senseOrThrow()
                .encode(false);
        assertThat(sense[0] & 0xFF).isEqualTo(0xF0);
        assertThat(sense[2]).isEqualTo((byte) 0x0E);
        assertThat(Arrays.copyOfRange(sense, 3, 7)).isEqualTo(CommandBench.bytes("00010407"));
        assertThat(sense[12]).isEqualTo((byte) 0x1D);
        assertThat(bench.volume().takeJournal()).containsExactly("compareAndWrite 0+255 fua");
    }

    @Test
    void compareAndWriteWantsExactlyTwoHalves() {
        for (int blocks : new int[] {1, 3, 4, 5}) {
            assertThat(bench.run("89 00 0000000000000000 000000 01 00 00", new byte[blocks * 512])
                            .text())
                    .isEqualTo("ILLEGAL_REQUEST/0E/03");
        }
        assertThat(bench.run("89 00 0000000000000000 000000 00 00 00").text()).isEqualTo("GOOD");
        assertThat(bench.run("89 00 0000000000000000 000000 00 00 00", new byte[2 * 256 * 512])
                        .textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/24/00@13");
        assertThat(bench.run("89 00 0000000000000FFF 000000 02 00 00", new byte[2048])
                        .text())
                .isEqualTo("ILLEGAL_REQUEST/21/00");
        assertThat(bench.volume().takeJournal()).isEmpty();
    }
}
