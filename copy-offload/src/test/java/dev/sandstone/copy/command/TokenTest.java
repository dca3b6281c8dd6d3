package dev.sandstone.copy.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.scsi.device.DeviceServer;
import dev.sandstone.scsi.device.LunEntry;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.NexusLoss;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A token names what its ranges showed when it was made, for the host that it was made for, for as long as it is used. */
class TokenTest {
    private static final int BLOCK = CopyBench.BLOCK;
    private static final long SECOND = 1_000_000_000L;
    private static final byte[] ZERO_TOKEN = ByteBuffer.allocate(512)
            .putInt(0xFFFF0001)
            .putShort(6, (short) 0x1F8)
            .array();

    private final Random random = new Random(20261129);
    private final CopyBench bench = new CopyBench();
    private final DeviceServer a = bench.server();
    private final DeviceServer b = bench.server();
    private final Nexus nexus;

    TokenTest() {
        bench.map("host", a, b);
        nexus = bench.open("host");
    }

    private Answer populate(Nexus by, int lun, byte[] list) {
        return bench.send(by, lun, "83 10 00000000 00000007 " + CopyBench.hex(list.length) + " 00 00", list);
    }

    private Answer write(Nexus by, int lun, byte[] list) {
        return bench.send(by, lun, "83 11 00000000 00000008 " + CopyBench.hex(list.length) + " 00 00", list);
    }

    private byte[] information(int lun, int listId) {
        return bench.send(nexus, lun, "84 07 " + CopyBench.hex(listId) + " 00000000 00000400 00 00")
                .dataIn();
    }

    private byte[] token(Nexus by, TokenList list) {
        assertThat(populate(by, 0, list.populate()).end()).isEqualTo("GOOD");
        byte[] told =
                bench.send(by, 0, "84 07 00000007 00000000 00000400 00 00").dataIn();
        assertThat(ByteBuffer.wrap(told).getInt(32)).isEqualTo(514);
        return Arrays.copyOfRange(told, 38, 550);
    }

    @Test
    void aTokenIsWrittenAsItWasWhenItWasMade() {
        byte[] before = CopyBench.fill(a, random);
        byte[] token = token(nexus, TokenList.of(1000, 300).range(10, 20).range(5, 0));
        CopyBench.fill(a, random);
        byte[] list = TokenList.of(7, 100).range(5000, 220).write(token);
        assertThat(write(nexus, 1, list).end()).isEqualTo("GOOD");
        byte[] rod = new byte[320 * BLOCK];
        System.arraycopy(before, 1000 * BLOCK, rod, 0, 300 * BLOCK);
        System.arraycopy(before, 10 * BLOCK, rod, 300 * BLOCK, 20 * BLOCK);
        assertThat(blocks(b, 7, 100)).isEqualTo(Arrays.copyOfRange(rod, 0, 100 * BLOCK));
        assertThat(blocks(b, 5000, 220)).isEqualTo(Arrays.copyOfRange(rod, 100 * BLOCK, rod.length));
        byte[] told = information(1, 8);
        assertThat(HexFormat.of().formatHex(told, 4, 6)).isEqualTo("1101");
        assertThat(told[15]).as("logical blocks").isEqualTo((byte) 0xF1);
        assertThat(ByteBuffer.wrap(told).getLong(16)).isEqualTo(320);
    }

    @Test
    void aTokenMayBeWrittenOntoItsOwnSource() {
        byte[] before = CopyBench.fill(a, random);
        byte[] token = token(nexus, TokenList.of(0, 4000));
        assertThat(write(nexus, 0, TokenList.of(1, 4000).write(token)).end()).isEqualTo("GOOD");
        assertThat(blocks(a, 1, 4000)).isEqualTo(Arrays.copyOfRange(before, 0, 4000 * BLOCK));
    }

    @Test
    void theOffsetSkipsAndTheEndCutsOff() {
        byte[] before = CopyBench.fill(a, random);
        byte[] token = token(nexus, TokenList.of(0, 10).range(20, 10));
        Answer cut = write(nexus, 1, TokenList.of(100, 50).offset(8).write(token));
        assertThat(cut.end()).isEqualTo("COPY_ABORTED/0D/04");
        assertThat(ByteBuffer.wrap(cut.sense()).getInt(3)).as("INFORMATION").isEqualTo(12);
        assertThat(blocks(b, 100, 2)).isEqualTo(Arrays.copyOfRange(before, 8 * BLOCK, 10 * BLOCK));
        assertThat(blocks(b, 102, 10)).isEqualTo(Arrays.copyOfRange(before, 20 * BLOCK, 30 * BLOCK));
        assertThat(blocks(b, 112, 38)).containsOnly(0);
        assertThat(information(1, 8)[5]).as("with residual").isEqualTo((byte) 3);
        assertThat(write(nexus, 1, TokenList.of(100, 1).offset(20).write(token)).end())
                .isEqualTo("ILLEGAL_REQUEST/26/00");
        assertThat(write(nexus, 1, TokenList.of(100, 1).offset(-1).write(token)).end())
                .isEqualTo("ILLEGAL_REQUEST/26/00");
    }

    @Test
    void theZeroTokenWritesZeros() {
        CopyBench.fill(b, random);
        byte[] list = TokenList.of(8, 16).range(800, 8).offset(99).write(ZERO_TOKEN);
        assertThat(write(nexus, 1, list).end()).isEqualTo("GOOD");
        assertThat(blocks(b, 8, 16)).containsOnly(0);
        assertThat(blocks(b, 800, 8)).containsOnly(0);
        assertThat(CopyBench.volume(b).takeJournal()).contains("writeZeros 8+16", "writeZeros 800+8");
    }

    @Test
    void inTheBackgroundTheInitiatorAsks() {
        bench.times().hold();
        assertThat(populate(nexus, 0, TokenList.of(0, 8).immediate().populate()).end())
                .isEqualTo("GOOD");
        byte[] early = information(0, 7);
        assertThat(early[5]).isEqualTo((byte) 0x12);
        assertThat(ByteBuffer.wrap(early).getInt(32)).isZero();
        bench.times().release();
        byte[] told = information(0, 7);
        assertThat(told[5]).isEqualTo((byte) 1);
        assertThat(ByteBuffer.wrap(told).getLong(16)).isEqualTo(8);
        assertThat(ByteBuffer.wrap(told).getInt(32)).isEqualTo(514);
        assertThat(ByteBuffer.wrap(information(0, 7)).getInt(32))
                .as("told once")
                .isZero();
    }

    @Test
    void aTokenIsForItsHostByEverySessionAndForNobodyElse() {
        CopyBench.fill(a, random);
        byte[] token = token(nexus, TokenList.of(0, 8));
        Nexus second = bench.open("host");
        nexus.close(NexusLoss.CONNECTION_LOST, () -> {});
        bench.loop().runAll();
        byte[] list = TokenList.of(0, 8).write(token);
        assertThat(write(second, 1, list).end()).isEqualTo("GOOD");
        bench.map("other", a, b);
        Nexus other = bench.open("other");
        assertThat(write(other, 1, list).end()).isEqualTo("ILLEGAL_REQUEST/23/04");
        bench.map("host", List.of(new LunEntry(1, b, false)));
        bench.quiet(second, 1);
        assertThat(write(second, 1, list).end())
                .as("the source is not to be seen any more")
                .isEqualTo("COPY_ABORTED/0D/02");
    }

    @Test
    void aForgedTokenIsRefused() {
        byte[] token = token(nexus, TokenList.of(0, 8));
        byte[][] wrong = new byte[4][];
        for (int i = 0; i < wrong.length; i++) {
            wrong[i] = token.clone();
        }
        wrong[0][3] = 1;
        wrong[1][7] = 0;
        wrong[2][9] ^= 1;
        wrong[3][300] ^= 1;
        List<String> ends = Arrays.stream(wrong)
                .map(forged -> write(nexus, 1, TokenList.of(0, 8).write(forged)).end())
                .toList();
        assertThat(ends)
                .containsExactly(
                        "ILLEGAL_REQUEST/23/01",
                        "ILLEGAL_REQUEST/23/0A",
                        "ILLEGAL_REQUEST/23/04",
                        "ILLEGAL_REQUEST/23/05");
        assertThat(CopyBench.volume(b).takeJournal()).noneMatch(line -> line.startsWith("write"));
    }

    @Test
    void anUnusedTokenExpiresAndAUsedOneLater() {
        byte[] token = token(nexus, TokenList.of(0, 8).timeout(30));
        byte[] list = TokenList.of(0, 8).write(token);
        bench.loop().advance(20 * SECOND);
        assertThat(write(nexus, 1, list).end()).isEqualTo("GOOD");
        bench.loop().advance(20 * SECOND);
        assertThat(write(nexus, 1, list).end()).isEqualTo("GOOD");
        bench.loop().advance(31 * SECOND);
        assertThat(write(nexus, 1, list).end()).isEqualTo("ILLEGAL_REQUEST/23/07");
        assertThat(bench.times().kept()).isZero();
    }

    @Test
    void aTokenIsDeletedWithItsLastUse() {
        byte[] token = token(nexus, TokenList.of(0, 8));
        assertThat(write(nexus, 1, TokenList.of(0, 8).delete().write(token)).end())
                .isEqualTo("GOOD");
        assertThat(bench.times().kept()).isZero();
        assertThat(write(nexus, 1, TokenList.of(0, 8).write(token)).end()).isEqualTo("ILLEGAL_REQUEST/23/09");
    }

    /** Deleted is what nobody may use any more; who uses it already gets all of it. */
    @Test
    void aTokenThatIsDeletedServesTheCopiesThatReadIt() {
        byte[] before = CopyBench.fill(a, random);
        byte[] token = token(nexus, TokenList.of(0, 6144));
        CopyBench.volume(b).hold();
        CopyBench.Sent slow = startWrite(1, 9, TokenList.of(0, 6144).write(token));
        byte[] deleting = TokenList.of(7000, 8).delete().write(token);
        assertThat(write(nexus, 0, deleting).end()).isEqualTo("GOOD");
        assertThat(slow.answer().ended()).isFalse();
        assertThat(write(nexus, 0, TokenList.of(0, 8).write(token)).end()).isEqualTo("ILLEGAL_REQUEST/23/09");
        assertThat(bench.send(nexus, 0, "84 08 0000000000000000 00010000 00 00").dataIn())
                .as("no token is there")
                .hasSize(8);
        assertThat(bench.times().kept()).isEqualTo(1);
        CopyBench.volume(b).releaseAll();
        assertThat(slow.answer().end()).isEqualTo("GOOD");
        assertThat(blocks(b, 0, 6144)).isEqualTo(Arrays.copyOfRange(before, 0, 6144 * BLOCK));
        assertThat(bench.times().kept()).isZero();
    }

    @Test
    void twoCopiesMayBothDeleteTheTokenTheyRead() {
        byte[] token = token(nexus, TokenList.of(0, 4096));
        CopyBench.volume(b).hold();
        CopyBench.Sent one = startWrite(1, 9, TokenList.of(0, 4096).delete().write(token));
        CopyBench.Sent two = startWrite(1, 10, TokenList.of(4096, 4096).delete().write(token));
        CopyBench.volume(b).releaseAll();
        assertThat(one.answer().end()).isEqualTo("GOOD");
        assertThat(two.answer().end()).isEqualTo("GOOD");
        assertThat(bench.times().kept()).isZero();
    }

    private CopyBench.Sent startWrite(int lun, int listId, byte[] list) {
        String cdb = "83 11 00000000 " + CopyBench.hex(listId) + CopyBench.hex(list.length) + " 00 00";
        return bench.start(nexus, lun, cdb, list);
    }

    @Test
    void theLongestUnusedMakesRoom() {
        byte[] first = token(nexus, TokenList.of(0, 8));
        byte[] second = token(nexus, TokenList.of(0, 8));
        bench.loop().advance(1);
        write(nexus, 1, TokenList.of(0, 8).write(first));
        for (int i = 0; i < 255; i++) {
            bench.loop().advance(1);
            token(nexus, TokenList.of(0, 8));
        }
        assertThat(bench.times().kept()).isEqualTo(256);
        assertThat(write(nexus, 1, TokenList.of(0, 8).write(second)).end()).isEqualTo("ILLEGAL_REQUEST/23/08");
        byte[] all =
                bench.send(nexus, 0, "84 08 0000000000000000 00010000 00 00").dataIn();
        assertThat(ByteBuffer.wrap(all).getInt()).isEqualTo(256 * 96 + 4);
        assertThat(bench.send(nexus, 1, "84 08 0000000000000000 00010000 00 00").dataIn())
                .as("none of another unit")
                .isEqualTo(HexFormat.of().parseHex("0000000400000000"));
    }

    @Test
    void whoMakesManyMakesRoomForOthers() {
        byte[] oldest = token(nexus, TokenList.of(0, 8));
        bench.loop().advance(1);
        fillUp(nexus, 255);
        for (String host : List.of("second", "third", "fourth")) {
            bench.map(host, a, b);
            fillUp(bench.open(host), 255);
        }
        bench.map("late", a, b);
        Nexus late = bench.open("late");
        byte[] list = TokenList.of(0, 8).write(token(late, TokenList.of(0, 8)));
        fillUp(late, 3);
        assertThat(bench.times().kept()).isEqualTo(1024);
        assertThat(write(late, 1, list).end()).isEqualTo("GOOD");
        assertThat(write(nexus, 1, TokenList.of(0, 8).write(oldest)).end()).isEqualTo("ILLEGAL_REQUEST/23/08");
    }

    /** Tokens that are being made count as those that are there. */
    @Test
    void whoHasManyOnTheWayKeepsNobodyFromMakingOne() {
        int units = 17;
        DeviceServer[] many = new DeviceServer[units];
        Arrays.setAll(many, unit -> bench.server(8));
        bench.map("greedy", many);
        Nexus greedy = bench.open("greedy");
        bench.times().hold();
        byte[] list = TokenList.of(0, 8).immediate().populate();
        for (int lun = 0; lun < units; lun++) {
            for (int id = 1; id <= 64; id++) {
                String cdb = "83 10 00000000 " + CopyBench.hex(id) + CopyBench.hex(list.length) + " 00 00";
                assertThat(bench.send(greedy, lun, cdb, list).end()).isEqualTo("GOOD");
            }
        }
        Answer late = bench.start(
                        nexus,
                        0,
                        "83 10 00000000 00000007 00000020 00 00",
                        TokenList.of(0, 8).populate())
                .answer();
        assertThat(late.ended()).as("it is being made").isFalse();
        bench.times().release();
        assertThat(late.end()).isEqualTo("GOOD");
        assertThat(bench.times().kept()).isEqualTo(256 + 1);
    }

    private void fillUp(Nexus by, int tokens) {
        for (int i = 0; i < tokens; i++) {
            token(by, TokenList.of(0, 8));
        }
    }

    @Test
    void whatCannotBeKeptMakesNoToken() {
        bench.times().fail();
        assertThat(populate(nexus, 0, TokenList.of(0, 8).populate()).end()).isEqualTo("ILLEGAL_REQUEST/55/0C");
        byte[] told = information(0, 7);
        assertThat(told[5]).isEqualTo((byte) 3);
        assertThat(ByteBuffer.wrap(told).getLong(16)).isZero();
    }

    @Test
    void aDestinationThatFailsSaysHowFarItCame() {
        CopyBench.fill(a, random);
        byte[] token = token(nexus, TokenList.of(0, 4096));
        CopyBench.volume(b).failNext(EngineStatus.SPACE_EXHAUSTED, 0);
        Answer failed = write(nexus, 1, TokenList.of(0, 4096).write(token));
        assertThat(failed.end()).isEqualTo("ILLEGAL_REQUEST/0D/04");
        assertThat(failed.senseHex()).as("forwards DATA PROTECT, 27/07").contains("700007000000000A0000000027070");
    }

    @Test
    void anAbortedPopulationKeepsNothing() {
        bench.times().hold();
        populate(nexus, 0, TokenList.of(0, 8).immediate().populate());
        CopyBench.Sent abort = bench.start(nexus, 0, "83 1C 00000007");
        bench.times().release();
        assertThat(abort.answer().end()).isEqualTo("GOOD");
        assertThat(bench.times().kept()).isZero();
        assertThat(information(0, 7)[5]).isEqualTo((byte) 0x60);
    }

    private static byte[] blocks(DeviceServer server, int lba, int blocks) {
        return Arrays.copyOfRange(CopyBench.volume(server).bytes(), lba * BLOCK, (lba + blocks) * BLOCK);
    }
}
