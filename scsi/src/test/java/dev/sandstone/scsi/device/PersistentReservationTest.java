package dev.sandstone.scsi.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.HeapVolume;
import dev.sandstone.scsi.command.CommandRow;
import dev.sandstone.scsi.command.Commands;
import dev.sandstone.scsi.device.DeviceBench.Sent;
import dev.sandstone.scsi.reservation.ReservationType;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.NexusLoss;
import dev.sandstone.scsi.task.TaskAttribute;
import dev.sandstone.scsi.unit.LogicalUnit;
import dev.sandstone.scsi.unit.UnitAttributes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** PERSISTENT RESERVE IN and OUT on a whole device, byte for byte. */
@Commands({"PERSISTENT RESERVE IN", "PERSISTENT RESERVE OUT"})
class PersistentReservationTest {
    private static final String ONE = "eui.0000000000000001";
    private static final String TWO = "eui.0000000000000002";
    private static final String THREE = "eui.0000000000000003";

    private static final int REGISTER = 0;
    private static final int RESERVE = 1;
    private static final int RELEASE = 2;
    private static final int CLEAR = 3;
    private static final int PREEMPT = 4;
    private static final int PREEMPT_AND_ABORT = 5;
    private static final int IGNORE = 6;
    private static final int MOVE = 7;

    private static final int APTPL = 0x01;
    private static final int ALL_TG_PT = 0x04;
    private static final int SPEC_I_PT = 0x08;

    private static final List<String> UNDER_ANY = List.of(
            "TEST UNIT READY",
            "REQUEST SENSE",
            "INQUIRY",
            "REPORT LUNS",
            "READ CAPACITY(10)",
            "READ CAPACITY(16)",
            "LOG SENSE",
            "REPORT TARGET PORT GROUPS",
            "REPORT IDENTIFYING INFORMATION",
            "REPORT TIMESTAMP");
    private static final List<String> UNDER_WRITE_EXCLUSIVE = List.of(
            "MODE SENSE(6)",
            "MODE SENSE(10)",
            "READ(6)",
            "READ(10)",
            "READ(12)",
            "READ(16)",
            "VERIFY(10)",
            "VERIFY(12)",
            "VERIFY(16)",
            "PRE-FETCH(10)",
            "PRE-FETCH(16)",
            "GET LBA STATUS(16)",
            "GET LBA STATUS(32)",
            "RECEIVE DIAGNOSTIC RESULTS",
            "READ DEFECT DATA(10)",
            "READ DEFECT DATA(12)",
            "REPORT SUPPORTED OPERATION CODES",
            "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS");

    private final DeviceBench bench = new DeviceBench();
    private final DeviceServer server = bench.server();
    private final HeapVolume volume = DeviceBench.volume(server);
    private final Nexus one;
    private final Nexus two;

    PersistentReservationTest() {
        for (String initiator : List.of(ONE, TWO, THREE)) {
            bench.map(initiator, new LunEntry(0, server, false));
        }
        one = quiet(ONE, 1, 1);
        two = quiet(TWO, 2, 1);
    }

    private Nexus quiet(String initiator, int isid, int targetPort) {
        Nexus nexus = bench.openPort(initiator, isid, targetPort);
        bench.send(nexus, 0, DeviceBench.TEST_UNIT_READY);
        return nexus;
    }

    private static String cdb(int action, int type, int length) {
        return String.format(Locale.ROOT, "5F %02X %02X 0000 %08X 00", action, type, length);
    }

    private static byte[] list(long key, long actionKey, int flags, byte... more) {
        return ByteBuffer.allocate(24 + more.length)
                .putLong(key)
                .putLong(actionKey)
                .put(20, (byte) flags)
                .position(24)
                .put(more)
                .array();
    }

    private String out(Nexus nexus, int action, int type, byte[] list) {
        return bench.send(nexus, 0, cdb(action, type, list.length), list).outcome();
    }

    private String out(Nexus nexus, int action, int type, long key, long actionKey) {
        return out(nexus, action, type, list(key, actionKey, 0));
    }

    private void registerBoth() {
        assertThat(out(one, REGISTER, 0, 0, 1)).isEqualTo("GOOD");
        assertThat(out(two, REGISTER, 0, 0, 2)).isEqualTo("GOOD");
    }

    private String in(int action) {
        byte[] data = bench.send(one, 0, String.format(Locale.ROOT, "5E %02X 0000000000 FFFF 00", action))
                .assertGood()
                .dataIn();
        return HexFormat.of().formatHex(data);
    }

    /** What the bits may mean to an initiator that sets them nobody here knows: nothing is registered. The sense says which. */
    @Test
    void reservedBitsOfTheParameterListAreRefused() {
        for (int bit : List.of(7, 6, 5, 4, 1)) {
            for (int action : List.of(REGISTER, IGNORE)) {
                refused(one, action, list(0, 1, APTPL | 1 << bit), 20, bit > 1 ? 7 : 1);
            }
        }
        byte[] next = list(0, 1, 0);
        next[21] = 0x40;
        refused(one, REGISTER, next, 21, -1);
        byte[] obsolete = list(0, 1, 0);
        Arrays.fill(obsolete, 16, 20, (byte) 0xFF);
        Arrays.fill(obsolete, 22, 24, (byte) 0xFF);
        assertThat(out(one, REGISTER, 0, obsolete)).as("obsolete bytes").isEqualTo("GOOD");
        assertThat(out(one, RESERVE, 1, list(1, 0, 0x80))).isEqualTo("ILLEGAL_REQUEST/26/00");
        assertThat(out(one, RESERVE, 1, 1, 0)).isEqualTo("GOOD");
        byte[] move = list(1, 5, 0, HexFormat.of().parseHex(transportId(THREE + ",i,0x000000000003")));
        ByteBuffer.wrap(move).putShort(18, (short) 1).putInt(20, move.length - 24);
        byte[] before = move.clone();
        before[16] = 1;
        refused(one, MOVE, before, 16, -1);
        for (int bit = 2; bit < 8; bit++) {
            byte[] flags = move.clone();
            flags[17] = (byte) (1 << bit);
            refused(one, MOVE, flags, 17, 7);
        }
        assertThat(in(1)).as("the reservation is still the first's").contains("0000000000000001");
        assertThat(out(one, MOVE, 0, move)).isEqualTo("GOOD");
    }

    private void refused(Nexus nexus, int action, byte[] list, int at, int bit) {
        bench.send(nexus, 0, cdb(action, 0, list.length), list)
                .assertCheck(SenseData.invalidFieldInParameterList(at, bit));
    }

    private String ready(Nexus nexus) {
        return bench.send(nexus, 0, DeviceBench.TEST_UNIT_READY).outcome();
    }

    private static String transportId(String port) {
        byte[] name = port.getBytes(StandardCharsets.US_ASCII);
        int length = Math.max(20, (name.length + 4) / 4 * 4);
        return String.format(Locale.ROOT, "4500%04x", length) + HexFormat.of().formatHex(Arrays.copyOf(name, length));
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    @Test
    void keysAndReservationAreRead() {
        assertThat(in(0)).isEqualTo("0000000000000000");
        assertThat(in(1)).isEqualTo("0000000000000000");
        registerBoth();
        assertThat(in(0)).isEqualTo("0000000200000010" + "0000000000000001" + "0000000000000002");
        assertThat(in(1)).isEqualTo("0000000200000000");
        assertThat(out(two, RESERVE, 5, 2, 0)).isEqualTo("GOOD");
        assertThat(in(1)).isEqualTo("0000000200000010" + "0000000000000002" + "00000000" + "00" + "05" + "0000");
        assertThat(out(two, RELEASE, 5, 2, 0)).isEqualTo("GOOD");
        assertThat(ready(one)).isEqualTo("UNIT_ATTENTION/2A/04");
        assertThat(out(two, RESERVE, 7, 2, 0)).isEqualTo("GOOD");
        assertThat(in(1)).isEqualTo("0000000200000010" + "0000000000000000" + "00000000" + "00" + "07" + "0000");
    }

    @Test
    void capabilitiesAreWhatIsDone() {
        assertThat(in(2)).isEqualTo("00081d90ea010000");
        assertThat(out(one, REGISTER, 0, list(0, 1, APTPL))).isEqualTo("GOOD");
        assertThat(in(2)).isEqualTo("00081d91ea010000");
    }

    @Test
    void fullStatusNamesThePorts() {
        registerBoth();
        assertThat(out(two, RESERVE, 1, 2, 0)).isEqualTo("GOOD");
        String first = "0000000000000001" + "00000000" + "00" + "00" + "00000000" + "0001" + "0000002c";
        String second = "0000000000000002" + "00000000" + "01" + "01" + "00000000" + "0001" + "0000002c";
        assertThat(in(3))
                .isEqualTo("0000000200000088" + first + transportId(ONE + ",i,0x000000000001") + second
                        + transportId(TWO + ",i,0x000000000002"));
    }

    @Test
    void nobodyIsToldOfItsOwnCommand() {
        registerBoth();
        assertThat(out(one, RESERVE, 5, 1, 0)).isEqualTo("GOOD");
        assertThat(out(one, RELEASE, 5, 1, 0)).isEqualTo("GOOD");
        assertThat(ready(one)).isEqualTo("GOOD");
        assertThat(ready(two)).isEqualTo("UNIT_ATTENTION/2A/04");
        assertThat(out(one, PREEMPT, 5, 1, 2)).isEqualTo("GOOD");
        assertThat(ready(one)).isEqualTo("GOOD");
        assertThat(ready(two)).isEqualTo("UNIT_ATTENTION/2A/05");
        assertThat(out(two, REGISTER, 0, 0, 2)).isEqualTo("GOOD");
        assertThat(out(two, CLEAR, 0, 2, 0)).isEqualTo("GOOD");
        assertThat(ready(two)).isEqualTo("GOOD");
        assertThat(ready(one)).isEqualTo("UNIT_ATTENTION/2A/03");
    }

    @Test
    void badListsChangeNothing() {
        assertThat(bench.send(one, 0, cdb(REGISTER, 0, 23), new byte[23]).outcome())
                .isEqualTo("ILLEGAL_REQUEST/1A/00");
        assertThat(out(one, REGISTER, 0, list(0, 1, 0, new byte[4]))).isEqualTo("ILLEGAL_REQUEST/1A/00");
        assertThat(bench.send(one, 0, cdb(REGISTER, 0, 24), new byte[20]).outcome())
                .isEqualTo("ILLEGAL_REQUEST/0E/03");
        assertThat(out(one, IGNORE, 0, list(0, 1, SPEC_I_PT, new byte[4]))).isEqualTo("ILLEGAL_REQUEST/26/00");
        assertThat(out(one, REGISTER, 0, list(0, 1, SPEC_I_PT, new byte[4]))).isEqualTo("ILLEGAL_REQUEST/1A/00");
        byte[] otherProtocol = bytes("00000018" + "0600" + "0014" + "00".repeat(20));
        assertThat(out(one, REGISTER, 0, list(0, 1, SPEC_I_PT, otherProtocol))).isEqualTo("ILLEGAL_REQUEST/26/00");
        byte[] noPort = bytes("00000018" + "4500" + "0014" + "61".repeat(19) + "00");
        assertThat(out(one, REGISTER, 0, list(0, 1, SPEC_I_PT, noPort))).isEqualTo("ILLEGAL_REQUEST/26/00");
        assertThat(in(0)).isEqualTo("0000000000000000");
        assertThat(volume.takeJournal()).isEmpty();
    }

    @Test
    void scopeAndTypeMustBeKnown() {
        registerBoth();
        RecordingPort port = bench.send(one, 0, cdb(RESERVE, 2, 24), list(1, 0, 0));
        port.assertCheck(SenseData.invalidFieldInCdb(2, 3));
        port = bench.send(one, 0, cdb(RESERVE, 0x11, 24), list(1, 0, 0));
        port.assertCheck(SenseData.invalidFieldInCdb(2, 7));
        assertThat(out(one, RESERVE, 1, 1, 0)).isEqualTo("GOOD");
        assertThat(out(one, RELEASE, 3, 1, 0)).isEqualTo("ILLEGAL_REQUEST/26/04");
        assertThat(out(one, RELEASE, 0x11, 1, 0)).isEqualTo("ILLEGAL_REQUEST/26/04");
        assertThat(out(two, PREEMPT, 1, 2, 0)).isEqualTo("ILLEGAL_REQUEST/26/00");
        assertThat(out(two, RESERVE, 1, 2, 0)).isEqualTo("status 18h");
    }

    @Test
    void otherPortsAreRegisteredByName() {
        String named = transportId(THREE + ",i,0x000000000003");
        byte[] ids = bytes(String.format(Locale.ROOT, "%08x", named.length() / 2) + named);
        assertThat(out(one, REGISTER, 0, list(0, 9, SPEC_I_PT | ALL_TG_PT, ids)))
                .isEqualTo("GOOD");
        assertThat(in(0)).isEqualTo("0000000100000020" + "0000000000000009".repeat(4));
        Nexus three = quiet(THREE, 3, 2);
        assertThat(out(three, RESERVE, 3, 9, 0)).isEqualTo("GOOD");
        assertThat(bench.send(one, 0, DeviceBench.read10(0, 1)).outcome()).isEqualTo("status 18h");
        assertThat(out(one, REGISTER, 0, list(9, 10, SPEC_I_PT, ids))).isEqualTo("ILLEGAL_REQUEST/26/00");
        assertThat(out(one, REGISTER, 0, list(9, 0, ALL_TG_PT))).isEqualTo("GOOD");
        assertThat(in(0)).isEqualTo("0000000200000010" + "0000000000000009".repeat(2));
    }

    @Test
    void aNameWithoutPortMeansThePortsThatAreThere() {
        byte[] id = bytes("0000001c" + "0500" + "0018"
                + HexFormat.of().formatHex(Arrays.copyOf(TWO.getBytes(StandardCharsets.US_ASCII), 24)));
        assertThat(out(one, REGISTER, 0, list(0, 9, SPEC_I_PT, id))).isEqualTo("GOOD");
        assertThat(in(0)).isEqualTo("0000000100000010" + "0000000000000009".repeat(2));
        two.close(NexusLoss.LOGOUT, () -> {});
        assertThat(out(one, REGISTER, 0, 9, 0)).isEqualTo("GOOD");
        assertThat(out(one, REGISTER, 0, list(0, 9, SPEC_I_PT, id))).isEqualTo("ILLEGAL_REQUEST/26/00");
    }

    @Test
    void theReservationMovesToAnotherPort() {
        registerBoth();
        assertThat(out(one, RESERVE, 1, 1, 0)).isEqualTo("GOOD");
        String id = transportId(TWO + ",i,0x000000000002");
        byte[] move = list(1, 7, 0, bytes(id));
        ByteBuffer.wrap(move).put(17, (byte) 0x02).putShort(18, (short) 1).putInt(20, id.length() / 2);
        byte[] elsewhere = move.clone();
        elsewhere[19] = 3;
        assertThat(out(one, MOVE, 0, elsewhere)).isEqualTo("ILLEGAL_REQUEST/26/00");
        assertThat(out(one, MOVE, 0, Arrays.copyOf(move, move.length - 1))).isEqualTo("ILLEGAL_REQUEST/1A/00");
        assertThat(out(one, MOVE, 0, move)).isEqualTo("GOOD");
        assertThat(in(1)).isEqualTo("0000000300000010" + "0000000000000007" + "00000000" + "00" + "01" + "0000");
        assertThat(in(0)).isEqualTo("0000000300000008" + "0000000000000007");
        assertThat(bench.send(one, 0, DeviceBench.write10(0, 1), new byte[512]).outcome())
                .isEqualTo("status 18h");
        assertThat(bench.send(two, 0, DeviceBench.write10(0, 1), new byte[512]).outcome())
                .isEqualTo("GOOD");
    }

    @Test
    void theStateIsDurableBeforeTheStatus() {
        volume.hold();
        Sent sent = bench.start(one, 0, TaskAttribute.SIMPLE, cdb(REGISTER, 0, 24), list(0, 1, 0));
        sent.port().deliver(sent.task());
        Sent next = bench.start(one, 0, TaskAttribute.SIMPLE, cdb(RESERVE, 3, 24), list(1, 0, 0));
        next.port().deliver(next.task());
        assertThat(in(0)).isEqualTo("0000000000000000");
        assertThat(volume.held()).isEqualTo(1);
        volume.release(0);
        assertThat(sent.port().outcome()).isEqualTo("GOOD");
        assertThat(next.port().outcome()).isEqualTo("none");
        assertThat(in(1)).isEqualTo("0000000100000000");
        volume.releaseAll();
        assertThat(next.port().outcome()).isEqualTo("GOOD");
        assertThat(bench.send(two, 0, DeviceBench.read10(0, 1)).outcome()).isEqualTo("status 18h");
    }

    @Test
    void whatCannotBeKeptDoesNotHappen() {
        registerBoth();
        volume.failNext(EngineStatus.IO_ERROR, 0);
        assertThat(out(one, RESERVE, 3, 1, 0)).isEqualTo("HARDWARE_ERROR/44/00");
        volume.failNext(EngineStatus.BUSY, 0);
        assertThat(out(one, CLEAR, 0, 1, 0)).isEqualTo("status 08h");
        assertThat(in(0)).startsWith("0000000200000010");
        assertThat(in(1)).isEqualTo("0000000200000000");
        assertThat(ready(two)).isEqualTo("GOOD");
    }

    @Test
    void aCommandAbortedMeanwhileIsInForceIfItWasKept() {
        volume.hold();
        Sent sent = bench.start(one, 0, TaskAttribute.SIMPLE, cdb(REGISTER, 0, 24), list(0, 1, 0));
        sent.port().deliver(sent.task());
        one.close(NexusLoss.CONNECTION_LOST, () -> {});
        volume.releaseAll();
        assertThat(sent.port().wasAborted()).isTrue();
        assertThat(HexFormat.of()
                        .formatHex(
                                bench.send(two, 0, "5E 00 0000000000 0010 00").dataIn()))
                .isEqualTo("0000000100000008" + "0000000000000001");
    }

    @Test
    void preemptAndAbortEndsTheTasksOfThePreempted() {
        registerBoth();
        Sent waiting = bench.start(two, 0, TaskAttribute.SIMPLE, DeviceBench.write10(0, 1), new byte[512]);
        volume.hold();
        Sent inEngine = bench.start(two, 0, TaskAttribute.SIMPLE, DeviceBench.read10(0, 1));
        Sent own = bench.start(one, 0, TaskAttribute.SIMPLE, DeviceBench.read10(0, 1));
        Sent preempt = bench.start(one, 0, TaskAttribute.SIMPLE, cdb(PREEMPT_AND_ABORT, 3, 24), list(1, 2, 0));
        preempt.port().deliver(preempt.task());
        assertThat(volume.held()).isEqualTo(3);
        volume.release(2);
        assertThat(waiting.port().wasAborted()).isTrue();
        assertThat(preempt.port().ended())
                .as("a task of the preempted is still in the engine")
                .isFalse();
        volume.release(0);
        assertThat(inEngine.port().wasAborted()).isTrue();
        assertThat(preempt.port().outcome()).isEqualTo("GOOD");
        volume.releaseAll();
        assertThat(own.port().outcome()).isEqualTo("GOOD");
        assertThat(ready(two)).isEqualTo("UNIT_ATTENTION/2A/05");
        assertThat(out(two, RESERVE, 1, 2, 0)).isEqualTo("status 18h");
    }

    @Test
    void registrationsOutliveTheNexusAndTheDevice() {
        registerBoth();
        assertThat(out(one, RESERVE, 1, 1, 0)).isEqualTo("GOOD");
        one.close(NexusLoss.LOGOUT, () -> {});
        assertThat(bench.send(two, 0, DeviceBench.write10(0, 1), new byte[512]).outcome())
                .isEqualTo("status 18h");
        UnitAttributes attributes = server.unit().attributes();
        DeviceServer again = new DeviceServer(new LogicalUnit(volume, attributes, false), bench.table());
        bench.map(ONE, new LunEntry(1, again, false));
        bench.map(TWO, new LunEntry(1, again, false));
        assertThat(bench.send(two, 1, DeviceBench.TEST_UNIT_READY).outcome()).isEqualTo("UNIT_ATTENTION/29/00");
        assertThat(bench.send(two, 1, DeviceBench.write10(0, 1), new byte[512]).outcome())
                .isEqualTo("status 18h");
        Nexus back = bench.openPort(ONE, 1, 1);
        bench.send(back, 1, DeviceBench.TEST_UNIT_READY);
        assertThat(bench.send(back, 1, DeviceBench.write10(0, 1), new byte[512]).outcome())
                .isEqualTo("GOOD");
        Nexus otherPort = bench.openPort(ONE, 1, 2);
        bench.send(otherPort, 1, DeviceBench.TEST_UNIT_READY);
        assertThat(bench.send(otherPort, 1, DeviceBench.write10(0, 1), new byte[512])
                        .outcome())
                .isEqualTo("status 18h");
    }

    @Test
    void reserveAndReleaseBesidePersistentReservations() {
        bench.send(one, 0, DeviceBench.RESERVE).assertGood();
        assertThat(out(two, REGISTER, 0, 0, 2)).isEqualTo("status 18h");
        assertThat(bench.send(two, 0, "5E 00 0000000000 0010 00").outcome()).isEqualTo("status 18h");
        bench.send(one, 0, DeviceBench.RELEASE).assertGood();
        registerBoth();
        assertThat(bench.send(one, 0, DeviceBench.RESERVE).outcome()).isEqualTo("status 18h");
        assertThat(bench.send(one, 0, DeviceBench.RELEASE).outcome()).isEqualTo("status 18h");
        assertThat(out(one, RESERVE, 1, 1, 0)).isEqualTo("GOOD");
        bench.send(one, 0, DeviceBench.RESERVE).assertGood();
        assertThat(bench.send(two, 0, DeviceBench.RESERVE).outcome()).isEqualTo("status 18h");
        assertThat(bench.send(two, 0, DeviceBench.write10(0, 1), new byte[512]).outcome())
                .isEqualTo("status 18h");
        bench.send(one, 0, DeviceBench.RELEASE).assertGood();
        assertThat(in(1)).endsWith("00010000");
    }

    @Test
    void whoHasReservedTheUnitMayNotRegisterEither() {
        bench.send(one, 0, DeviceBench.RESERVE).assertGood();
        assertThat(out(one, REGISTER, 0, 0, 1)).isEqualTo("status 18h");
        assertThat(bench.send(one, 0, "5E 02 0000000000 0010 00").outcome()).isEqualTo("status 18h");
        bench.send(one, 0, DeviceBench.RELEASE).assertGood();
        assertThat(bench.send(two, 0, DeviceBench.write10(0, 1), new byte[512]).outcome())
                .isEqualTo("GOOD");
        assertThat(out(one, REGISTER, 0, 0, 1)).isEqualTo("GOOD");
    }

    @Test
    void aUnitReservedWhileARegistrationWaitsForItsDataIsNotRegisteredWith() {
        Sent sent = bench.start(one, 0, TaskAttribute.SIMPLE, cdb(REGISTER, 0, 24), list(0, 1, 0));
        bench.start(one, 0, TaskAttribute.HEAD_OF_QUEUE, DeviceBench.RESERVE)
                .port()
                .assertGood();
        sent.port().deliver(sent.task());
        assertThat(sent.port().outcome()).isEqualTo("status 18h");
        bench.send(one, 0, DeviceBench.RELEASE).assertGood();
        assertThat(in(0)).isEqualTo("0000000000000000");
    }

    @Test
    void aUnitReservedWhileARegistrationIsBeingKeptIsReleased() {
        volume.hold();
        Sent sent = bench.start(two, 0, TaskAttribute.SIMPLE, cdb(REGISTER, 0, 24), list(0, 1, 0));
        sent.port().deliver(sent.task());
        bench.start(one, 0, TaskAttribute.HEAD_OF_QUEUE, DeviceBench.RESERVE)
                .port()
                .assertGood();
        volume.releaseAll();
        assertThat(sent.port().outcome()).isEqualTo("GOOD");
        bench.send(one, 0, DeviceBench.RELEASE).assertGood();
        assertThat(bench.send(two, 0, DeviceBench.write10(0, 1), new byte[512]).outcome())
                .isEqualTo("GOOD");
    }

    @Test
    void preemptAndAbortLetsTheMediumGo() {
        registerBoth();
        bench.send(two, 0, "1E 00 00 00 01").assertGood();
        assertThat(out(one, PREEMPT_AND_ABORT, 5, 1, 2)).isEqualTo("GOOD");
        bench.send(one, 0, "1B 00 00 00 02").assertGood();
    }

    @Test
    void onlyWhatThePreemptedHeldIsLetGo() {
        registerBoth();
        bench.send(one, 0, "1E 00 00 00 01").assertGood();
        assertThat(out(one, PREEMPT_AND_ABORT, 5, 1, 2)).isEqualTo("GOOD");
        assertThat(bench.send(one, 0, "1B 00 00 00 02").outcome()).isEqualTo("ILLEGAL_REQUEST/53/02");
    }

    @TestFactory
    Stream<DynamicTest> whatAPersistentReservationStops() {
        assertThat(out(two, REGISTER, 0, 0, 2)).isEqualTo("GOOD");
        return Stream.of(ReservationType.WRITE_EXCLUSIVE, ReservationType.EXCLUSIVE_ACCESS)
                .flatMap(type -> bench.table().rows().stream()
                        .filter(row -> !row.name().startsWith("PERSISTENT"))
                        .map(row -> dynamicTest(type + " " + row.name(), () -> {
                            assertThat(out(two, RESERVE, type.code(), 2, 0)).isEqualTo("GOOD");
                            boolean allowed = UNDER_ANY.contains(row.name())
                                    || (type == ReservationType.WRITE_EXCLUSIVE
                                            && UNDER_WRITE_EXCLUSIVE.contains(row.name()))
                                    || row.name().equals("PREVENT ALLOW MEDIUM REMOVAL");
                            assertThat(run(row).equals("status 18h")).isNotEqualTo(allowed);
                            assertThat(out(two, RELEASE, type.code(), 2, 0)).isEqualTo("GOOD");
                        })));
    }

    private String run(CommandRow row) {
        byte[] cdb = new byte[16];
        cdb[0] = (byte) row.opcode();
        cdb[1] = (byte) Math.max(0, row.serviceAction());
        if (row.opcode() == 0x7F) {
            cdb = row.usage();
            Arrays.fill(cdb, 10, cdb.length, (byte) 0);
        }
        return bench.startAt(one, 0, TaskAttribute.SIMPLE, cdb).port().outcome();
    }
}
