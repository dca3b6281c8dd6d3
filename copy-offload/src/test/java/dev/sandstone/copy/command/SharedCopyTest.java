package dev.sandstone.copy.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.HeapVolume;
import dev.sandstone.scsi.device.DeviceServer;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.TaskFunction;
import dev.sandstone.scsi.task.TaskFunctionResult;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is shared instead of copied: several pieces under way, and all is as if it had been one after the other. */
class SharedCopyTest {
    private static final int BLOCK = CopyBench.BLOCK;
    private static final int MOST_UNDER_WAY = 8;
    private static final int MOST_OF_ALL = 16;

    private final Random random = new Random(20261130);
    private final CopyBench bench = new CopyBench();
    private final DeviceServer a = bench.server();
    private final DeviceServer b = bench.server();
    private final HeapVolume destination = CopyBench.volume(b);
    private final Nexus nexus;

    SharedCopyTest() {
        bench.map("host", a, b);
        nexus = bench.open("host");
        destination.share(Long.MAX_VALUE);
    }

    /** From the first unit to the second, so many segments of so many blocks. */
    private static CopyList segments(DeviceServer from, DeviceServer to, int count, int blocks) {
        CopyList list = CopyList.between(from, to);
        for (int i = 0; i < count; i++) {
            long lba = (long) i * blocks;
            list.segment(0, lba, 1, lba, blocks);
        }
        return list;
    }

    private void assertBlocks(int lba, byte[] expected, int from, int blocks) {
        int difference = Arrays.mismatch(
                destination.bytes(),
                lba * BLOCK,
                (lba + blocks) * BLOCK,
                expected,
                from * BLOCK,
                (from + blocks) * BLOCK);
        assertThat(difference).as("first byte that differs").isEqualTo(-1);
    }

    private byte[] status(int listId) {
        return bench.status4(nexus, 0, listId).dataIn();
    }

    @Test
    void severalSegmentsAreUnderWayAtOnce() {
        byte[] source = CopyBench.fill(a, random);
        destination.hold();
        CopyBench.Sent sent = bench.copy1(nexus, 0, segments(a, b, 20, 400));
        bench.loop().runAll();
        assertThat(destination.held()).isEqualTo(MOST_UNDER_WAY);
        destination.release(0);
        destination.release(0);
        bench.loop().runAll();
        assertThat(destination.held()).isEqualTo(MOST_UNDER_WAY);
        assertThat(status(1)[25]).as("segments processed").isEqualTo((byte) 3);
        destination.releaseAll();
        bench.loop().runAll();
        assertThat(sent.answer().end()).isEqualTo("GOOD");
        assertBlocks(0, source, 0, 8000);
        assertThat(destination.takeJournal()).hasSize(20).allMatch(line -> line.startsWith("share "));
    }

    @Test
    void thoseOfAllCopiesAreBounded() {
        CopyBench.fill(a, random);
        destination.hold();
        for (int i = 0; i < 5; i++) {
            bench.copy1(nexus, 0, segments(a, b, 20, 400).id(i));
            bench.loop().runAll();
        }
        assertThat(destination.held())
                .as("two copies with as many as they may have, one each of the others")
                .isEqualTo(MOST_OF_ALL + 3);
        destination.releaseAll();
        bench.loop().runAll();
        assertThat(destination.takeJournal()).hasSize(100);
    }

    @Test
    void whatOneSegmentMakesTheNextOneShows() {
        destination.hold();
        byte[] before = CopyBench.fill(b, random);
        CopyList list = CopyList.between(b)
                .segment(0, 0, 0, 800, 400)
                .segment(0, 800, 0, 1600, 400)
                .segment(0, 1600, 0, 0, 408);
        CopyBench.Sent sent = bench.copy1(nexus, 1, list);
        bench.loop().runAll();
        assertThat(destination.held()).isEqualTo(3);
        destination.releaseAll();
        bench.loop().runAll();
        assertThat(sent.answer().end()).isEqualTo("GOOD");
        assertBlocks(1600, before, 0, 400);
        assertBlocks(0, before, 0, 400);
        assertBlocks(400, before, 2000, 8);
    }

    @Test
    void whatIsReadAndWrittenWaitsForWhatIsShared() {
        byte[] source = CopyBench.fill(a, random);
        destination.hold();
        CopyList list = CopyList.between(a, b)
                .segment(0, 0, 1, 0, 800)
                .segment(0, 3, 1, 1000, 100)
                .segment(0, 8, 1, 2000, 403);
        CopyBench.Sent sent = bench.copy1(nexus, 0, list);
        bench.loop().runAll();
        assertThat(destination.takeJournal()).containsExactly("share 0+800 at 0");
        destination.release(0);
        bench.loop().runAll();
        assertThat(destination.takeJournal()).containsExactly("write 1000+100");
        destination.release(0);
        bench.loop().runAll();
        assertThat(destination.takeJournal()).containsExactly("share 8+400 at 2000");
        destination.releaseAll();
        bench.loop().runAll();
        assertThat(destination.takeJournal()).containsExactly("write 2400+3");
        assertThat(sent.answer().end()).isEqualTo("GOOD");
        assertBlocks(0, source, 0, 800);
        assertBlocks(1000, source, 3, 100);
        assertBlocks(2000, source, 8, 403);
    }

    @Test
    void whatIsSharedInPartGoesOnBehindIt() {
        byte[] source = CopyBench.fill(a, random);
        destination.share(304);
        CopyBench.Sent sent = bench.copy1(nexus, 0, segments(a, b, 2, 800));
        bench.loop().runAll();
        assertThat(sent.answer().end()).isEqualTo("GOOD");
        assertThat(destination.takeJournal())
                .containsExactly(
                        "share 0+304 at 0",
                        "share 304+304 at 304",
                        "share 608+192 at 608",
                        "share 800+304 at 800",
                        "share 1104+304 at 1104",
                        "share 1408+192 at 1408");
        assertBlocks(0, source, 0, 1600);
    }

    @Test
    void aRefusalLeavesWhatComesBeforeItAndNothingBehind() {
        byte[] source = CopyBench.fill(a, random);
        destination.hold();
        destination.failNext(EngineStatus.OK, 0);
        destination.failNext(EngineStatus.OK, 0);
        destination.failNext(EngineStatus.SPACE_EXHAUSTED, 0);
        CopyBench.Sent sent = bench.copy1(nexus, 0, segments(a, b, 6, 800));
        bench.loop().runAll();
        assertThat(sent.answer().end()).as("while two are under way").isEqualTo("none");
        assertThat(destination.held()).isEqualTo(2);
        destination.releaseAll();
        bench.loop().runAll();
        // The third segment, of which nothing is written, by its destination without space.
        assertThat(sent.answer().senseHex())
                .isEqualTo("70000A000000001D001200020D0100800030" + "02" + "700007000000000A0000000027070000" + "0000");
        assertThat(status(1)[5]).isEqualTo((byte) 2);
        assertBlocks(0, source, 0, 1600);
        assertBlocks(1600, new byte[4800 * BLOCK], 0, 3200);
    }

    @Test
    void whatFailsFirstInTheOrderOfTheSegmentsIsTold() {
        CopyBench.fill(a, random);
        destination.hold();
        destination.failNext(EngineStatus.OK, 0);
        destination.failNext(EngineStatus.IO_ERROR, 0);
        destination.failNext(EngineStatus.SPACE_EXHAUSTED, 0);
        CopyBench.Sent sent = bench.copy1(nexus, 0, segments(a, b, 6, 800));
        bench.loop().runAll();
        destination.releaseAll();
        bench.loop().runAll();
        assertThat(sent.answer().senseHex()).startsWith("70000A000000001D00120001" + "0D01");
    }

    @Test
    void rightsAreAskedBeforeEach() {
        byte[] source = CopyBench.fill(a, random);
        destination.hold();
        CopyBench.Sent sent = bench.copy1(nexus, 0, segments(a, b, 20, 400));
        bench.loop().runAll();
        bench.map("host", a);
        destination.release(0);
        destination.releaseAll();
        bench.loop().runAll();
        assertThat(sent.answer().end()).isEqualTo("COPY_ABORTED/0D/02");
        assertThat(destination.takeJournal()).hasSize(MOST_UNDER_WAY);
        assertBlocks(0, source, 0, MOST_UNDER_WAY * 400);
    }

    @Test
    void anAbortIsAnsweredWhenNoneIsUnderWay() {
        byte[] source = CopyBench.fill(a, random);
        destination.hold();
        CopyBench.Sent sent = bench.copy1(nexus, 0, segments(a, b, 20, 400));
        bench.loop().runAll();
        List<TaskFunctionResult> results = CopyBench.manage(nexus, TaskFunction.ABORT_TASK, 0, sent.tag());
        while (destination.held() > 0) {
            assertThat(results).isEmpty();
            destination.release(0);
            bench.loop().runAll();
        }
        assertThat(results).containsExactly(TaskFunctionResult.COMPLETE);
        assertThat(sent.answer().end()).isEqualTo("aborted");
        assertThat(destination.takeJournal()).hasSize(MOST_UNDER_WAY);
        assertBlocks(0, source, 0, MOST_UNDER_WAY * 400);
    }
}
