package dev.sandstone.scsi.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.WritePolicy;
import dev.sandstone.scsi.command.CommandBench;
import dev.sandstone.scsi.command.Commands;
import dev.sandstone.scsi.command.Outcome;
import dev.sandstone.scsi.command.TestCommand;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** READ and WRITE of every length, WRITE AND VERIFY. */
@Commands({"READ", "WRITE", "WRITE AND VERIFY"})
class ReadWriteTest {
    private final CommandBench bench = new CommandBench(BlockCommands.rows());

    /** CDB templates: operation code, flags, LBA, blocks. */
    private static String cdb(int opcode, int flags, long lba, long blocks) {
        String format = switch (opcode >>> 5) {
            case 0 -> "%02X%06X%02X00";
            case 4 -> "%02X%02X%016X%08X0000";
            case 5 -> "%02X%02X%08X%08X0000";
            default -> "%02X%02X%08X00%04X00";
        };
        return opcode >>> 5 == 0
                ? String.format(Locale.ROOT, format, opcode, lba, blocks)
                : String.format(Locale.ROOT, format, opcode, flags, lba, blocks);
    }

    private static byte[] random(int bytes) {
        byte[] data = new byte[bytes];
        new Random(bytes).nextBytes(data);
        return data;
    }

    @ParameterizedTest
    @ValueSource(ints = {0x0A, 0x2A, 0xAA, 0x8A, 0x2E, 0xAE, 0x8E})
    void writesExactlyTheBlocksNamed(int opcode) {
        byte[] data = random(3 * 512);
        byte[] before = random(bench.volume().bytes().length);
        System.arraycopy(before, 0, bench.volume().bytes(), 0, before.length);
        assertThat(bench.run(cdb(opcode, 0, 0x7F, 3), data).text()).isEqualTo("GOOD");
        System.arraycopy(data, 0, before, 0x7F * 512, data.length);
        assertThat(bench.volume().bytes()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x08, 0x28, 0xA8, 0x88})
    void readsExactlyTheBlocksNamed(int opcode) {
        byte[] content = random(bench.volume().bytes().length);
        System.arraycopy(content, 0, bench.volume().bytes(), 0, content.length);
        Outcome outcome = bench.run(cdb(opcode, 0, CommandBench.BLOCKS - 5, 5));
        assertThat(outcome.text()).isEqualTo("GOOD");
        assertThat(outcome.dataIn()).isEqualTo(Arrays.copyOfRange(content, content.length - 5 * 512, content.length));
    }

    @Test
    void zeroOfTheSixByteCommandsMeans256() {
        assertThat(bench.run(cdb(0x08, 0, 0, 0)).dataIn()).hasSize(256 * 512);
        assertThat(bench.run(cdb(0x0A, 0, 0, 0), random(256 * 512)).text()).isEqualTo("GOOD");
        assertThat(bench.volume().takeJournal()).containsExactly("read 0+256", "write 0+256");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x28, 0xA8, 0x88, 0x2A, 0xAA, 0x8A, 0x2E, 0xAE, 0x8E})
    void zeroBlocksAreGoodInsideAndAnErrorOutside(int opcode) {
        assertThat(bench.run(cdb(opcode, 0, 0, 0)).text()).isEqualTo("GOOD");
        assertThat(bench.run(cdb(opcode, 0, CommandBench.BLOCKS, 0)).text()).isEqualTo("GOOD");
        assertThat(bench.run(cdb(opcode, 0, CommandBench.BLOCKS + 1, 0)).text()).isEqualTo("ILLEGAL_REQUEST/21/00");
        assertThat(bench.volume().takeJournal()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x08, 0x28, 0xA8, 0x88, 0x0A, 0x2A, 0xAA, 0x8A, 0x2E, 0xAE, 0x8E})
    void blocksBehindTheEndAreOutOfRange(int opcode) {
        for (long lba : new long[] {CommandBench.BLOCKS - 1, CommandBench.BLOCKS, 0x1F_FFFF}) {
            assertThat(bench.run(cdb(opcode, 0, lba, 2), random(1024)).text()).isEqualTo("ILLEGAL_REQUEST/21/00");
        }
        assertThat(bench.volume().takeJournal()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x88, 0x8A, 0x8E})
    void addressesAbove63BitsAreOutOfRange(int opcode) {
        for (long lba : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThat(bench.run(cdb(opcode, 0, lba, 1), random(512)).text()).isEqualTo("ILLEGAL_REQUEST/21/00");
        }
    }

    @Test
    void moreThanTheMaximumTransferLengthPointsAtTheLength() {
        CommandBench large = new CommandBench(BlockCommands.rows(), 20000, 4096, false);
        assertThat(large.run(cdb(0x28, 0, 0, 16385)).textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@7");
        assertThat(large.run(cdb(0xA8, 0, 0, 16385)).textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@6");
        assertThat(large.run(cdb(0x88, 0, 0, 0xFFFF_FFFFL)).textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@10");
        assertThat(large.run(cdb(0x8A, 0, 0, 16385)).textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@10");
        assertThat(large.run(cdb(0x88, 0, 0, 16384)).dataIn()).hasSize(8 << 20);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x28, 0xA8, 0x88, 0x2A, 0xAA, 0x8A, 0x2E, 0xAE, 0x8E, 0x2F, 0xAF, 0x8F, 0x41, 0x93})
    void protectionInformationIsRefused(int opcode) {
        for (int protect = 1; protect < 8; protect++) {
            Outcome outcome = bench.run(cdb(opcode, protect << 5, 0, 1), random(512));
            assertThat(outcome.text()).isEqualTo("ILLEGAL_REQUEST/24/00");
            assertThat(outcome.textAndPointer()).startsWith("ILLEGAL_REQUEST/24/00@1.");
        }
    }

    @Test
    void fuaReachesTheVolumeAndDpoDoesNot() {
        for (int opcode : new int[] {0x2A, 0xAA, 0x8A}) {
            assertThat(bench.run(cdb(opcode, 0x08, 0, 1), random(512)).text()).isEqualTo("GOOD");
            assertThat(bench.run(cdb(opcode, 0x10, 1, 1), random(512)).text()).isEqualTo("GOOD");
            assertThat(bench.volume().takeJournal()).containsExactly("write 0+1 fua", "write 1+1");
        }
    }

    @Test
    void aSixByteLbaIsNotTakenForFua() {
        assertThat(bench.run("0A 08 0000 01 00", random(512)).text()).isEqualTo("ILLEGAL_REQUEST/21/00");
        CommandBench large = new CommandBench(BlockCommands.rows(), 0x80001, 512, false);
        assertThat(large.run("0A 08 0000 01 00", random(512)).text()).isEqualTo("GOOD");
        assertThat(large.volume().takeJournal()).containsExactly("write 524288+1");
    }

    @Test
    void fuaReadFlushesWhatIsCachedFirst() {
        bench.run(cdb(0x28, 0x08, 0, 1));
        assertThat(bench.volume().takeJournal()).containsExactly("read 0+1");
        bench.volume().writePolicy(WritePolicy.WRITE_BACK);
        bench.run(cdb(0x28, 0x08, 0, 1));
        assertThat(bench.volume().takeJournal()).containsExactly("flush", "read 0+1");
    }

    @Test
    void lessDataOutThanTheLengthWritesTheWholeBlocksOfIt() {
        byte[] data = random(1023);
        assertThat(bench.run(cdb(0x2A, 0, 0, 2), data).text()).isEqualTo("GOOD");
        assertThat(bench.volume().takeJournal()).containsExactly("write 0+1");
        assertThat(Arrays.copyOf(bench.volume().bytes(), 512)).isEqualTo(Arrays.copyOf(data, 512));
        assertThat(bench.run(cdb(0x2A, 0, 0, 2), random(200)).text()).isEqualTo("GOOD");
        assertThat(bench.volume().takeJournal()).isEmpty();
        assertThat(bench.run(cdb(0x2E, 2, 0, 2), data).text()).isEqualTo("GOOD");
        assertThat(bench.volume().takeJournal()).containsExactly("write 0+1 fua", "read 0+1");
    }

    @Test
    void moreDataOutThanTheLengthIsNotWritten() {
        byte[] data = random(4 * 512);
        assertThat(bench.run(cdb(0x2A, 0, 0, 2), data).text()).isEqualTo("GOOD");
        assertThat(bench.volume().takeJournal()).containsExactly("write 0+2");
        assertThat(Arrays.copyOf(bench.volume().bytes(), 1024)).isEqualTo(Arrays.copyOf(data, 1024));
    }

    @Test
    void failuresOfTheVolumeAreTold() {
        bench.volume().failNext(EngineStatus.MEDIUM_ERROR, 17);
        assertThat(bench.run(cdb(0x28, 0, 16, 4)).text()).isEqualTo("MEDIUM_ERROR/11/00");
        bench.volume().failNext(EngineStatus.SPACE_EXHAUSTED, 0);
        assertThat(bench.run(cdb(0x2A, 0, 16, 1), random(512)).text()).isEqualTo("DATA_PROTECT/27/07");
    }

    @Test
    void endsOnlyWhenTheVolumeHasEnded() {
        bench.volume().hold();
        TestCommand read = bench.start(cdb(0x28, 0, 0, 1), new byte[0]);
        TestCommand write = bench.start(cdb(0x2A, 0, 8, 1), random(512));
        assertThat(read.hasEnded()).isFalse();
        assertThat(write.hasEnded()).isFalse();
        bench.volume().releaseAll();
        assertThat(read.outcome().text()).isEqualTo("GOOD");
        assertThat(write.outcome().text()).isEqualTo("GOOD");
    }

    @Test
    void writeAndVerifyReadsTheMediumBack() {
        assertThat(bench.run(cdb(0x2E, 0x02, 0, 4), random(2048)).text()).isEqualTo("GOOD");
        assertThat(bench.volume().takeJournal()).containsExactly("write 0+4 fua", "read 0+4");
        bench.volume().hold();
        TestCommand command = bench.start(cdb(0x2E, 0x02, 0, 4), random(2048));
        bench.volume().release(0);
        bench.volume().bytes()[3 * 512] ^= 1;
        bench.volume().releaseAll();
        assertThat(command.outcome().text()).isEqualTo("MISCOMPARE/1D/00");
    }

    @Test
    void writeAndVerifyWithoutComparisonOnlyReads() {
        bench.volume().hold();
        TestCommand command = bench.start(cdb(0xAE, 0, 0, 4), random(2048));
        bench.volume().release(0);
        bench.volume().bytes()[0] ^= 1;
        bench.volume().releaseAll();
        assertThat(command.outcome().text()).isEqualTo("GOOD");
        assertThat(bench.run(cdb(0xAE, 0x04, 0, 4), random(2048)).textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/24/00@1.2");
    }
}
