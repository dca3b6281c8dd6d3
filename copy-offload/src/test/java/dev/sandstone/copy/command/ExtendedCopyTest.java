package dev.sandstone.copy.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.HeapVolume;
import dev.sandstone.scsi.device.DeviceServer;
import dev.sandstone.scsi.device.LunEntry;
import dev.sandstone.scsi.task.Nexus;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** EXTENDED COPY moves what it says, where the nexus may, and says exactly what stopped it. */
class ExtendedCopyTest {
    private static final int BLOCK = CopyBench.BLOCK;

    private final Random random = new Random(20261127);
    private final CopyBench bench = new CopyBench();
    private final DeviceServer a = bench.server();
    private final DeviceServer b = bench.server();
    private final DeviceServer hidden = bench.server();
    private final Nexus nexus;

    ExtendedCopyTest() {
        bench.map("host", a, b);
        nexus = bench.open("host");
    }

    @Test
    void copiesSeveralSegmentsInOrder() {
        byte[] source = CopyBench.fill(a, random);
        CopyList list = CopyList.between(a, b)
                .segment(0, 3, 1, 5000, 3000)
                .segment(1, 5000, 1, 17, 1001)
                .segment(1, 17, 0, 7000, 10)
                .segment(0, 0, 1, 0, 0);
        assertThat(bench.copy1(nexus, 0, list).answer().end()).isEqualTo("GOOD");
        assertBlocks(b, 5000, source, 3, 3000);
        assertBlocks(b, 17, source, 3, 1001);
        assertBlocks(a, 7000, source, 3, 10);
        assertThat(bench.copy4(nexus, 1, list.id(0x12345678)).answer().end()).isEqualTo("GOOD");
    }

    @Test
    void anEmptyListIsNoError() {
        assertThat(bench.send(nexus, 0, "83 00 0000000000000000 00000000 00 00").end())
                .isEqualTo("GOOD");
        assertThat(bench.copy1(nexus, 0, new CopyList()).answer().end()).isEqualTo("GOOD");
    }

    @Test
    void aSegmentThatOverlapsItselfIsCopiedAsIfReadFirst() {
        for (int round = 0; round < 16; round++) {
            byte[] before = CopyBench.fill(a, random);
            int blocks = 1 + random.nextInt(5000);
            int from = random.nextInt(CopyBench.BLOCKS - blocks + 1);
            int shift = random.nextInt(4097) - 2048;
            int to = Math.max(0, Math.min(CopyBench.BLOCKS - blocks, from + shift));
            CopyList list = CopyList.between(a).segment(0, from, 0, to, blocks);
            assertThat(bench.copy1(nexus, 0, list).answer().end()).isEqualTo("GOOD");
            assertBlocks(a, to, before, from, blocks);
        }
    }

    @Test
    void zerosAreWrittenAsZeros() {
        CopyBench.fill(b, random);
        CopyBench.volume(b).takeJournal();
        CopyList list = CopyList.between(a, b).segment(0, 0, 1, 0, 2048);
        assertThat(bench.copy1(nexus, 0, list).answer().end()).isEqualTo("GOOD");
        assertThat(CopyBench.volume(b).takeJournal()).containsExactly("writeZeros 0+2048");
        assertBlocks(b, 0, new byte[2048 * BLOCK], 0, 2048);
    }

    @Test
    void whatTheNexusMayNotSeeCannotBeReached() {
        byte[] secret = CopyBench.fill(hidden, random);
        CopyList in = CopyList.between(hidden, b).segment(0, 0, 1, 0, 8);
        CopyList out = CopyList.between(b, hidden).segment(0, 0, 1, 0, 8);
        Answer refused = bench.copy1(nexus, 0, in).answer();
        // The sense data points at the CSCD descriptor, and is the same for a unit that does not exist.
        assertThat(refused.senseHex()).isEqualTo("70000A000000000A000000000D0200800010");
        CopyList nowhere = CopyList.between(b).cscd("3000000000000001").segment(1, 0, 0, 0, 8);
        assertThat(bench.copy1(nexus, 0, nowhere).answer().senseHex())
                .isEqualTo("70000A000000000A000000000D0200800030");
        assertThat(bench.copy4(nexus, 0, out).answer().end()).isEqualTo("COPY_ABORTED/0D/02");
        assertThat(CopyBench.volume(b).bytes()).containsOnly(0);
        assertThat(CopyBench.volume(hidden).bytes()).isEqualTo(secret);
    }

    @Test
    void aUnitGrantedForReadingIsASourceOnly() {
        bench.map("reader", List.of(new LunEntry(0, a, true), new LunEntry(1, b, false)));
        Nexus reader = bench.open("reader");
        CopyBench.fill(a, random);
        assertThat(bench.copy1(reader, 0, CopyList.between(a, b).segment(0, 0, 1, 0, 8))
                        .answer()
                        .end())
                .isEqualTo("GOOD");
        Answer refused = bench.copy1(reader, 0, CopyList.between(a, b).segment(1, 0, 0, 0, 8))
                .answer();
        // THIRD PARTY DEVICE FAILURE, with what the destination said: DATA PROTECT, WRITE PROTECTED.
        assertThat(refused.senseHex())
                .isEqualTo("70000A000000001D001200000D0100800010" + "02" + "700007000000000A0000000027000000" + "0000");
    }

    @Test
    void aUnitReservedByAnotherNexusIsLeftAlone() {
        Nexus other = bench.open("host");
        assertThat(bench.send(other, 1, "16").end()).isEqualTo("GOOD");
        CopyBench.fill(a, random);
        assertThat(bench.copy1(nexus, 0, CopyList.between(a, b).segment(0, 0, 1, 0, 8))
                        .answer()
                        .end())
                .isEqualTo("COPY_ABORTED/0D/01");
        assertThat(CopyBench.volume(b).bytes()).containsOnly(0);
        assertThat(bench.send(other, 1, "17").end()).isEqualTo("GOOD");
        assertThat(bench.copy1(nexus, 0, CopyList.between(a, b).segment(0, 0, 1, 0, 8))
                        .answer()
                        .end())
                .isEqualTo("GOOD");
    }

    @Test
    void aPersistentReservationOfTheOtherUnitIsHeeded() {
        Nexus holder = bench.open("host");
        CopyBench.fill(a, random);
        CopyBench.fill(b, random);
        byte[] before = CopyBench.volume(b).bytes().clone();
        bench.reserve(holder, 1, 1);
        CopyList written = CopyList.between(a, b).segment(0, 0, 1, 0, 8);
        CopyList read = CopyList.between(a, b).segment(1, 0, 0, 0, 8);
        assertThat(bench.copy1(nexus, 0, written).answer().end())
                .as("WRITE EXCLUSIVE of the destination")
                .isEqualTo("COPY_ABORTED/0D/01");
        assertThat(CopyBench.volume(b).bytes()).isEqualTo(before);
        assertThat(bench.copy1(nexus, 0, read).answer().end()).isEqualTo("GOOD");
        bench.release(holder, 1, 1);
        bench.reserve(holder, 1, 3);
        assertThat(bench.copy1(nexus, 0, read).answer().end())
                .as("EXCLUSIVE ACCESS of the source")
                .isEqualTo("COPY_ABORTED/0D/01");
        assertThat(bench.copy1(holder, 0, written).answer().end()).isEqualTo("GOOD");
        bench.release(holder, 1, 3);
        assertThat(bench.copy1(nexus, 0, written).answer().end()).isEqualTo("GOOD");
    }

    @Test
    void aUnitThatIsBeingErasedIsLeftAlone() {
        CopyBench.fill(a, random);
        CopyBench.volume(b).hold();
        CopyBench.Sent sanitize = bench.start(nexus, 1, "48 82 000000000000 0000 00");
        bench.loop().runAll();
        CopyBench.volume(b).release(0);
        bench.loop().runAll();
        assertThat(sanitize.answer().end()).as("BLOCK ERASE, IMMED").isEqualTo("GOOD");
        assertThat(b.unit().erasing().running()).isTrue();
        assertThat(bench.copy1(nexus, 0, CopyList.between(a, b).segment(0, 0, 1, 0, 8))
                        .answer()
                        .end())
                .isEqualTo("COPY_ABORTED/0D/01");
        CopyBench.volume(b).releaseAll();
        bench.loop().advance(1_000_000_000L);
    }

    @Test
    void aPieceUnderWayIsNotWrittenBehindAnErasure() {
        CopyBench.fill(a, random);
        CopyBench.volume(b).hold();
        CopyBench.Sent copy = bench.copy1(nexus, 0, CopyList.between(a, b).segment(0, 0, 1, 0, 8));
        CopyBench.Sent sanitize = bench.start(nexus, 1, "48 82 000000000000 0000 00");
        bench.loop().runAll();
        assertThat(CopyBench.volume(b).held()).as("the piece of the copy").isEqualTo(1);
        CopyBench.volume(b).release(0);
        bench.loop().runAll();
        assertThat(copy.answer().end()).isEqualTo("GOOD");
        assertThat(CopyBench.volume(b).held()).as("the sanitize, to be kept").isEqualTo(1);
        CopyBench.volume(b).releaseAll();
        assertThat(sanitize.answer().end()).isEqualTo("GOOD");
        bench.loop().advance(60_000_000_000L);
        assertThat(b.unit().erasing().notReady()).isNull();
        assertThat(CopyBench.volume(b).bytes()).containsOnly(0);
    }

    @Test
    void rightsThatEndUnderWayEndTheCopy() {
        CopyBench.fill(a, random);
        CopyBench.volume(b).hold();
        CopyBench.Sent sent = bench.copy1(nexus, 0, CopyList.between(a, b).segment(0, 0, 1, 0, 8192));
        assertThat(CopyBench.volume(b).held()).isEqualTo(2);
        bench.map("host", a);
        CopyBench.volume(b).releaseAll();
        bench.loop().runAll();
        assertThat(sent.answer().end()).isEqualTo("COPY_ABORTED/0D/02");
        // The two pieces that were under way have landed: INFORMATION has the rest.
        assertThat(sent.answer().senseHex()).startsWith("F0000A" + "00001000");
        assertThat(CopyBench.volume(b).bytes()[4096 * BLOCK]).isZero();
    }

    @Test
    void aFullDestinationIsTold() {
        CopyBench.fill(a, random);
        CopyList list = CopyList.between(a, b).segment(0, 0, 1, 0, 2048).segment(0, 0, 1, 2048, 4096);
        HeapVolume destination = CopyBench.volume(b);
        destination.failNext(EngineStatus.OK, 0);
        destination.failNext(EngineStatus.OK, 0);
        destination.failNext(EngineStatus.SPACE_EXHAUSTED, 0);
        Answer full = bench.copy1(nexus, 0, list).answer();
        assertThat(full.senseHex())
                .isEqualTo("F0000A000008001D001200010D0100800030" + "02" + "700007000000000A0000000027070000" + "0000");
    }

    @Test
    void aMediumErrorOfTheSourceIsForwarded() {
        CopyBench.fill(a, random);
        CopyBench.volume(a).failNext(EngineStatus.MEDIUM_ERROR, 0x21);
        Answer failed = bench.copy1(nexus, 1, CopyList.between(b, a).segment(1, 0, 0, 0, 100))
                .answer();
        assertThat(failed.senseHex())
                .isEqualTo("70000A000000001D120000000D0100800030" + "02" + "F00003000000210A0000000011000000" + "0000");
    }

    @Test
    void whatIsBusyIsTriedAgain() {
        byte[] source = CopyBench.fill(a, random);
        CopyBench.volume(b).failNext(EngineStatus.BUSY, 0);
        CopyBench.volume(a).failNext(EngineStatus.BUSY, 0);
        CopyBench.Sent sent = bench.copy1(nexus, 0, CopyList.between(a, b).segment(0, 0, 1, 0, 100));
        assertThat(sent.answer().end()).isEqualTo("none");
        bench.loop().advance(1_000_000_000L);
        assertThat(sent.answer().end()).isEqualTo("GOOD");
        assertBlocks(b, 0, source, 0, 100);
    }

    @Test
    void eachBlockHasWhatTheSourceHadAtSomeMoment() {
        byte[] before = CopyBench.fill(a, random);
        CopyBench.volume(a).hold();
        CopyBench.Sent sent = bench.copy1(nexus, 0, CopyList.between(a, b).segment(0, 0, 1, 0, 8192));
        CopyBench.volume(a).release(0);
        byte[] after = CopyBench.fill(a, random);
        CopyBench.volume(a).releaseAll();
        assertThat(sent.answer().end()).isEqualTo("GOOD");
        assertBlocks(b, 0, before, 0, 2048);
        assertBlocks(b, 2048, after, 2048, 8192 - 2048);
    }

    @Test
    void manyCopiesShareLittleMemory() {
        CopyBench.fill(a, random);
        CopyBench.volume(a).hold();
        CopyBench.Sent[] sent = new CopyBench.Sent[CopyLimits.CONCURRENT];
        for (int i = 0; i < sent.length; i++) {
            sent[i] = bench.copy1(nexus, 0, CopyList.between(a, b).id(i).segment(0, 0, 1, 0, 8192));
        }
        // Each read that is under way holds a buffer of 1 MiB; the others wait for one.
        assertThat(CopyBench.volume(a).held()).isEqualTo(8);
        CopyList one = CopyList.between(a, b).id(100).segment(0, 0, 1, 0, 1);
        assertThat(bench.copy1(nexus, 0, one).answer().end()).isEqualTo("status 8");
        CopyBench.volume(a).releaseAll();
        for (CopyBench.Sent each : sent) {
            assertThat(each.answer().end()).isEqualTo("GOOD");
        }
        assertThat(bench.copy1(nexus, 0, one).answer().end()).isEqualTo("GOOD");
    }

    private static void assertBlocks(DeviceServer server, int lba, byte[] expected, int from, int blocks) {
        byte[] bytes = CopyBench.volume(server).bytes();
        int difference = Arrays.mismatch(
                bytes, lba * BLOCK, (lba + blocks) * BLOCK, expected, from * BLOCK, (from + blocks) * BLOCK);
        assertThat(difference).as("first byte that differs").isEqualTo(-1);
    }
}
