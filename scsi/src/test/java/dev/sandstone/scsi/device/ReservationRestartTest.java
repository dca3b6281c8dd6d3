package dev.sandstone.scsi.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.volume.AnnexKind;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.HeapVolume;
import dev.sandstone.scsi.reservation.PersistentState;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.unit.LogicalUnit;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a restart finds of the persistent reservations, whatever hosts have sent before, and when it can read nothing. */
class ReservationRestartTest {
    private static final String ONE = "iqn.2026-11.test:one";
    private static final String TWO = "iqn.2026-11.test:two";
    private static final int REGISTER = 0;
    private static final int RESERVE = 1;
    private static final int CLEAR = 3;
    private static final int PREEMPT = 4;
    private static final int SPEC_I_PT = 0x08;
    private static final byte[] BLOCK = new byte[512];

    private final DeviceBench bench = new DeviceBench();
    private final DeviceServer server = bench.server();
    private final HeapVolume volume = DeviceBench.volume(server);
    private Nexus one;
    private Nexus two;

    ReservationRestartTest() {
        bench.map(ONE, new LunEntry(0, server, false));
        bench.map(TWO, new LunEntry(0, server, false));
        one = bench.openQuiet(ONE, 0);
        two = bench.openQuiet(TWO, 0);
    }

    /** The same volume in a new device, with the same ports. */
    private LogicalUnit restart() {
        LogicalUnit unit = new LogicalUnit(volume, server.unit().attributes(), false);
        DeviceServer again = new DeviceServer(unit, bench.table());
        bench.map(ONE, new LunEntry(0, again, false));
        bench.map(TWO, new LunEntry(0, again, false));
        one = quiet(ONE, 1);
        two = quiet(TWO, 2);
        return unit;
    }

    private Nexus quiet(String initiator, int isid) {
        Nexus nexus = bench.openPort(initiator, isid, 1);
        bench.send(nexus, 0, DeviceBench.TEST_UNIT_READY);
        return nexus;
    }

    private static byte[] list(long key, long actionKey, byte[]... transportIds) {
        ByteArrayOutputStream ids = new ByteArrayOutputStream();
        for (byte[] id : transportIds) {
            ids.writeBytes(id);
        }
        int more = transportIds.length == 0 ? 0 : 4 + ids.size();
        ByteBuffer list = ByteBuffer.allocate(24 + more).putLong(key).putLong(actionKey);
        if (more > 0) {
            list.put(20, (byte) SPEC_I_PT).position(24).putInt(ids.size()).put(ids.toByteArray());
        }
        return list.array();
    }

    private String out(Nexus nexus, int action, int type, byte[] list) {
        String cdb = String.format(Locale.ROOT, "5F %02X %02X 0000 %08X 00", action, type, list.length);
        return bench.send(nexus, 0, cdb, list).outcome();
    }

    private String in(int action) {
        byte[] data = bench.send(one, 0, String.format(Locale.ROOT, "5E %02X 0000000000 FFFF 00", action))
                .assertGood()
                .dataIn();
        return HexFormat.of().formatHex(data);
    }

    private String write(Nexus nexus) {
        return bench.send(nexus, 0, DeviceBench.write10(0, 1), BLOCK).outcome();
    }

    private String read(Nexus nexus) {
        return bench.send(nexus, 0, DeviceBench.read10(0, 1)).outcome();
    }

    private static byte[] transportId(byte[] name) {
        int length = (name.length + 4) & ~3;
        return ByteBuffer.allocate(4 + length)
                .put((byte) 0x45)
                .putShort(2, (short) length)
                .put(4, name)
                .array();
    }

    private static byte[] transportId(String name) {
        return transportId(name.getBytes(StandardCharsets.UTF_8));
    }

    /** Bytes that are no text grow threefold when they are read as if they were. */
    private static byte[] noText(int number, int bytes) {
        byte[] name = new byte[bytes];
        Arrays.fill(name, (byte) 0xFF);
        byte[] begin = ("i" + number).getBytes(StandardCharsets.US_ASCII);
        byte[] end = ",i,0x000000000001".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(begin, 0, name, 0, begin.length);
        System.arraycopy(end, 0, name, bytes - end.length, end.length);
        return transportId(name);
    }

    @Test
    void aNameThatIsNoTextDoesNotVoidTheReservations() {
        assertThat(out(one, REGISTER, 0, list(0, 0xAA))).isEqualTo("GOOD");
        assertThat(out(one, RESERVE, 1, list(0xAA, 0))).isEqualTo("GOOD");
        assertThat(out(two, REGISTER, 0, list(0, 0xBB, noText(0, 122)))).isEqualTo("ILLEGAL_REQUEST/26/00");
        restart();
        assertThat(in(1)).isEqualTo("0000000100000010" + "00000000000000aa" + "00000000" + "00" + "01" + "0000");
        assertThat(write(two)).isEqualTo("status 18h");
        assertThat(write(one)).isEqualTo("GOOD");
    }

    @Test
    void manyLongNamesDoNotWedgeTheUnit() {
        byte[][] ids = new byte[255][];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = noText(i, 239);
        }
        assertThat(out(one, REGISTER, 0, list(0, 1, ids))).isEqualTo("ILLEGAL_REQUEST/26/00");
        assertThat(out(two, REGISTER, 0, list(0, 5))).isEqualTo("GOOD");
    }

    @Test
    void asManyAsCanBeKeptAreRegisteredAndNoMore() {
        byte[][] ids = new byte[PersistentState.MOST_REGISTRATIONS - 1][];
        for (int i = 0; i < ids.length; i++) {
            String name = String.format(Locale.ROOT, "iqn.2026-11.test:%03d", i);
            ids[i] = transportId(name + "x".repeat(223 - name.length()) + ",i,0x000000000001");
        }
        assertThat(out(one, REGISTER, 0, list(0, 1, ids))).isEqualTo("GOOD");
        PersistentState before = server.unit().persistent().state();
        assertThat(before.keys()).hasSize(PersistentState.MOST_REGISTRATIONS);
        assertThat(out(two, REGISTER, 0, list(0, 2))).isEqualTo("ILLEGAL_REQUEST/55/04");
        assertThat(restart().persistent().state()).isEqualTo(before);
    }

    @Test
    void registrationsThatDoNotFitAreRefusedTogether() {
        byte[][] ids = new byte[PersistentState.MOST_REGISTRATIONS][];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = transportId("iqn.2026-11.test:" + i + ",i,0x000000000001");
        }
        assertThat(out(one, REGISTER, 0, list(0, 1, ids))).isEqualTo("ILLEGAL_REQUEST/55/04");
        assertThat(in(0)).isEqualTo("0000000000000000");
        assertThat(volume.takeJournal()).isEmpty();
        assertThat(out(two, REGISTER, 0, list(0, 5))).isEqualTo("GOOD");
    }

    private void damage() {
        assertThat(out(one, REGISTER, 0, list(0, 1))).isEqualTo("GOOD");
        byte[] kept = Objects.requireNonNull(volume.annex(AnnexKind.RESERVATIONS));
        kept[kept.length - 1] ^= 1;
        volume.keepAnnex(AnnexKind.RESERVATIONS, kept, (status, detail) -> {});
        restart();
    }

    @Test
    void whatCannotBeReadShutsEverybodyOut() {
        damage();
        for (Nexus nexus : new Nexus[] {one, two}) {
            assertThat(read(nexus)).isEqualTo("status 18h");
            assertThat(write(nexus)).isEqualTo("status 18h");
            assertThat(bench.send(nexus, 0, DeviceBench.RESERVE).outcome()).isEqualTo("status 18h");
            assertThat(bench.send(nexus, 0, DeviceBench.TEST_UNIT_READY).outcome())
                    .isEqualTo("GOOD");
        }
        assertThat(in(1)).isEqualTo("0000000000000010" + "ffffffffffffffff" + "00000000" + "00" + "03" + "0000");
        assertThat(in(3)).contains(HexFormat.of().formatHex("unreadable".getBytes(StandardCharsets.US_ASCII)));
        assertThat(out(one, RESERVE, 1, list(1, 0))).isEqualTo("status 18h");
        restart();
        assertThat(read(one)).isEqualTo("status 18h");
    }

    @Test
    void toRegisterAloneLetsNobodyIn() {
        damage();
        assertThat(out(one, REGISTER, 0, list(0, 7))).isEqualTo("GOOD");
        assertThat(read(one)).isEqualTo("status 18h");
        restart();
        assertThat(read(one)).isEqualTo("status 18h");
        assertThat(in(0)).isEqualTo("0000000100000010" + "ffffffffffffffff" + "0000000000000007");
    }

    @Test
    void clearAfterRegisterLetsEverybodyInAgain() {
        damage();
        assertThat(out(one, REGISTER, 0, list(0, 7))).isEqualTo("GOOD");
        assertThat(out(one, CLEAR, 0, list(7, 0))).isEqualTo("GOOD");
        assertThat(write(two)).isEqualTo("GOOD");
        restart();
        assertThat(write(two)).isEqualTo("GOOD");
    }

    /** Who was registered nobody knows: each nexus is told. */
    @Test
    void theOperatorTakesTheUnreadableStateAway() {
        damage();
        LogicalUnit unit = restart();
        assertThat(unit.persistent().state().isUnreadable()).isTrue();
        unit.clearReservations((status, detail) -> assertThat(status).isEqualTo(EngineStatus.OK));
        assertThat(unit.persistent().state().isUnreadable()).isFalse();
        for (Nexus nexus : new Nexus[] {one, two}) {
            assertThat(read(nexus)).isEqualTo("UNIT_ATTENTION/2A/03");
            assertThat(write(nexus)).isEqualTo("GOOD");
        }
        unit.clearReservations((status, detail) -> assertThat(status).isEqualTo(EngineStatus.OK));
        assertThat(read(one)).as("there was nothing to be told of").isEqualTo("GOOD");
        restart();
        assertThat(write(two)).isEqualTo("GOOD");
        assertThat(in(0)).isEqualTo("00000001" + "00000000");
    }

    @Test
    void theOperatorEndsAReservationOfTheOlderKindToo() {
        LogicalUnit unit = restart();
        bench.send(one, 0, DeviceBench.RESERVE).assertGood();
        assertThat(write(two)).isEqualTo("status 18h");
        unit.clearReservations((status, detail) -> assertThat(status).isEqualTo(EngineStatus.OK));
        assertThat(write(two)).isEqualTo("UNIT_ATTENTION/2A/03");
        assertThat(write(two)).isEqualTo("GOOD");
    }

    @Test
    void preemptTakesTheUnreadableReservationOver() {
        damage();
        assertThat(out(one, REGISTER, 0, list(0, 7))).isEqualTo("GOOD");
        assertThat(out(one, PREEMPT, 3, list(7, -1L))).isEqualTo("GOOD");
        assertThat(write(one)).isEqualTo("GOOD");
        assertThat(read(two)).isEqualTo("status 18h");
        assertThat(in(0)).isEqualTo("0000000200000008" + "0000000000000007");
    }
}
