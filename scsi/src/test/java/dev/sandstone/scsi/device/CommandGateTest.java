package dev.sandstone.scsi.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.sandstone.scsi.command.CommandRow;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.TaskAttribute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What every command passes before its handler, for every row of the real table. */
class CommandGateTest {
    private final DeviceBench bench = new DeviceBench();
    private final DeviceServer server = bench.server();
    private final Nexus one;
    private final Nexus two;

    CommandGateTest() {
        bench.map("one", new LunEntry(0, server, false));
        bench.map("two", new LunEntry(0, server, false));
        one = bench.openQuiet("one", 0);
        two = bench.openQuiet("two", 0);
    }

    @TestFactory
    Stream<DynamicTest> everyBitOutsideTheMaskIsAnInvalidField() {
        return bench.table().rows().stream()
                .map(row -> dynamicTest(row.name(), () -> {
                    for (int bit : reservedBits(row)) {
                        byte[] cdb = plain(row);
                        cdb[bit / 8] |= (byte) (1 << (bit % 8));
                        RecordingPort port = run(one, cdb);
                        port.assertCheck(SenseData.invalidFieldInCdb(bit / 8, bit % 8));
                        assertThat(port.dataIn()).isEmpty();
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> whatAReservationStops() {
        bench.send(two, 0, DeviceBench.RESERVE).assertGood();
        List<String> allowed = List.of(
                "INQUIRY",
                "REQUEST SENSE",
                "REPORT LUNS",
                "RELEASE(6)",
                "RELEASE(10)",
                "READ CAPACITY(10)",
                "READ CAPACITY(16)",
                "PREVENT ALLOW MEDIUM REMOVAL",
                "LOG SENSE",
                "REPORT IDENTIFYING INFORMATION",
                "REPORT TARGET PORT GROUPS",
                "REPORT SUPPORTED OPERATION CODES",
                "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS");
        return bench.table().rows().stream()
                .map(row -> dynamicTest(row.name(), () -> {
                    String outcome = run(one, plain(row)).outcome();
                    assertThat(outcome.equals("status 18h")).as(outcome).isNotEqualTo(allowed.contains(row.name()));
                }));
    }

    @Test
    void aReservationStopsPreventingButNotAllowing() {
        bench.send(two, 0, DeviceBench.RESERVE).assertGood();
        assertThat(bench.send(one, 0, "1E 00 00 00 01").outcome()).isEqualTo("status 18h");
        bench.send(one, 0, "1E 00 00 00 00").assertGood();
    }

    @TestFactory
    Stream<DynamicTest> whatAnEjectedMediumStops() {
        bench.send(one, 0, "1B 00 00 00 02").assertGood();
        return bench.table().rows().stream()
                .map(row -> dynamicTest(row.name(), () -> {
                    String outcome = run(one, plain(row)).outcome();
                    assertThat(outcome.equals("NOT_READY/3A/00")).as(outcome).isEqualTo(row.needsMedium());
                }));
    }

    @TestFactory
    Stream<DynamicTest> writeProtectionComesBeforeTheBitsOfTheCdb() {
        server.unit().readOnly(true);
        bench.send(one, 0, DeviceBench.TEST_UNIT_READY);
        return bench.table().rows().stream()
                .filter(CommandRow::writes)
                .map(row -> dynamicTest(row.name(), () -> {
                    byte[] cdb = plain(row);
                    assertThat(run(one, cdb).outcome()).isEqualTo("DATA_PROTECT/27/00");
                    cdb[row.cdbLength() - 1] = (byte) 0xFF;
                    assertThat(run(one, cdb).outcome()).isEqualTo("DATA_PROTECT/27/00");
                }));
    }

    private static final List<String> SERVED_TO_READERS = List.of(
            "TEST UNIT READY",
            "REQUEST SENSE",
            "INQUIRY",
            "REPORT LUNS",
            "MODE SENSE(6)",
            "MODE SENSE(10)",
            "LOG SENSE",
            "SEND DIAGNOSTIC",
            "RECEIVE DIAGNOSTIC RESULTS",
            "PREVENT ALLOW MEDIUM REMOVAL",
            "RELEASE(6)",
            "RELEASE(10)",
            "PERSISTENT RESERVE IN, READ KEYS",
            "PERSISTENT RESERVE IN, READ RESERVATION",
            "PERSISTENT RESERVE IN, REPORT CAPABILITIES",
            "PERSISTENT RESERVE IN, READ FULL STATUS",
            "REPORT SUPPORTED OPERATION CODES",
            "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS",
            "REPORT TARGET PORT GROUPS",
            "REPORT IDENTIFYING INFORMATION",
            "REPORT TIMESTAMP",
            "READ(6)",
            "READ(10)",
            "READ(12)",
            "READ(16)",
            "VERIFY(10)",
            "VERIFY(12)",
            "VERIFY(16)",
            "PRE-FETCH(10)",
            "PRE-FETCH(16)",
            "SYNCHRONIZE CACHE(10)",
            "SYNCHRONIZE CACHE(16)",
            "GET LBA STATUS(16)",
            "GET LBA STATUS(32)",
            "READ DEFECT DATA(10)",
            "READ DEFECT DATA(12)",
            "READ CAPACITY(10)",
            "READ CAPACITY(16)");
    private static final List<String> REFUSED_TO_READERS = List.of(
            "MODE SELECT(6)",
            "MODE SELECT(10)",
            "LOG SELECT",
            "SET IDENTIFYING INFORMATION",
            "SET TARGET PORT GROUPS",
            "START STOP UNIT",
            "RESERVE(6)",
            "RESERVE(10)",
            "PERSISTENT RESERVE OUT, REGISTER",
            "PERSISTENT RESERVE OUT, RESERVE",
            "PERSISTENT RESERVE OUT, RELEASE",
            "PERSISTENT RESERVE OUT, CLEAR",
            "PERSISTENT RESERVE OUT, PREEMPT",
            "PERSISTENT RESERVE OUT, PREEMPT AND ABORT",
            "PERSISTENT RESERVE OUT, REGISTER AND IGNORE EXISTING KEY",
            "PERSISTENT RESERVE OUT, REGISTER AND MOVE",
            "FORMAT UNIT",
            "SANITIZE, OVERWRITE",
            "SANITIZE, BLOCK ERASE",
            "SANITIZE, CRYPTOGRAPHIC ERASE",
            "SANITIZE, EXIT FAILURE MODE",
            "WRITE(6)",
            "WRITE(10)",
            "WRITE(12)",
            "WRITE(16)",
            "WRITE AND VERIFY(10)",
            "WRITE AND VERIFY(12)",
            "WRITE AND VERIFY(16)",
            "WRITE ATOMIC(16)",
            "WRITE SAME(10)",
            "WRITE SAME(16)",
            "ORWRITE(16)",
            "COMPARE AND WRITE",
            "UNMAP");

    /** Every row is in one of both lists, so that whoever adds one decides. */
    @TestFactory
    Stream<DynamicTest> whatAnInitiatorThatMayOnlyReadIsServed() {
        bench.map("two", new LunEntry(0, server, true));
        bench.send(two, 0, DeviceBench.TEST_UNIT_READY);
        return bench.table().rows().stream()
                .map(row -> dynamicTest(row.name(), () -> {
                    assertThat(SERVED_TO_READERS.contains(row.name()))
                            .isNotEqualTo(REFUSED_TO_READERS.contains(row.name()));
                    String outcome = run(two, plain(row)).outcome();
                    assertThat(outcome.equals("DATA_PROTECT/27/00"))
                            .as(outcome)
                            .isEqualTo(REFUSED_TO_READERS.contains(row.name()));
                }));
    }

    @Test
    void whoMayOnlyReadMayStartTheUnitAndHoldItsMedium() {
        bench.map("two", new LunEntry(0, server, true));
        bench.send(two, 0, DeviceBench.TEST_UNIT_READY);
        bench.send(two, 0, "1B 00 00 00 01").assertGood();
        bench.send(two, 0, "1E 00 00 00 01").assertGood();
        for (String flags : List.of("00", "02", "03", "11", "30")) {
            assertThat(bench.send(two, 0, "1B 00 00 00 " + flags).outcome()).isEqualTo("DATA_PROTECT/27/00");
        }
        bench.send(one, 0, DeviceBench.read10(0, 1)).assertGood();
    }

    @Test
    void theRowsThatWriteAreThoseThatChangeTheMedium() {
        assertThat(bench.table().rows().stream().filter(CommandRow::writes).map(CommandRow::name))
                .allMatch(name -> name.startsWith("WRITE")
                        || name.startsWith("SANITIZE")
                        || List.of("UNMAP", "COMPARE AND WRITE", "ORWRITE(16)", "FORMAT UNIT")
                                .contains(name));
    }

    @Test
    void operationCodesWithoutRowAreUnknown() {
        for (int opcode = 0; opcode < 256; opcode++) {
            if (bench.table().findPlain(opcode) == null && !bench.table().hasServiceActions(opcode)) {
                byte[] cdb = new byte[16];
                cdb[0] = (byte) opcode;
                assertThat(run(one, cdb).outcome()).isEqualTo("ILLEGAL_REQUEST/20/00");
            }
        }
    }

    @Test
    void anUnknownServiceActionIsAnInvalidField() {
        byte[] cdb = new byte[16];
        cdb[0] = (byte) 0x9E;
        cdb[1] = 0x1F;
        run(one, cdb).assertCheck(SenseData.invalidFieldInCdb(1, 4));
    }

    @Test
    void theAcaAttributeIsRefusedAsThereIsNoAca() {
        DeviceBench.Sent sent = bench.start(one, 0, TaskAttribute.ACA, DeviceBench.TEST_UNIT_READY);
        assertThat(sent.port().outcome()).isEqualTo("ILLEGAL_REQUEST/49/00");
    }

    @Test
    void fewerBytesThanTheCommandCallsForAreWrittenAndShowAsOverflow() {
        RecordingPort port = bench.send(one, 0, DeviceBench.write10(0, 2), DeviceBench.pattern(512, 7));
        assertThat(port.outcome()).isEqualTo("GOOD");
        assertThat(port.transferBytes()).isEqualTo(1024);
        assertThat(DeviceBench.volume(server).bytes()).startsWith(DeviceBench.pattern(512, 7));
        assertThat(DeviceBench.volume(server).bytes()[512]).isZero();
    }

    @Test
    void dataOutThatWasAnnouncedAsDataInIsNoSuccess() {
        byte[] before = DeviceBench.volume(server).bytes().clone();
        for (String out : List.of(
                DeviceBench.write10(0, 8),
                "8A 00 0000000000000000 00000008 00 00",
                "2E 00 00000000 00 0008 00",
                "42 00 00000000 00 0018 00",
                "2F 02 00000000 00 0008 00",
                "15 10 0000 10 00",
                "41 00 00000000 00 0008 00")) {
            RecordingPort port = bench.announce(one, 0, out, 0, 4096);
            assertThat(port.outcome()).as(out).isEqualTo("ILLEGAL_REQUEST/0E/03");
            assertThat(port.transferBytes()).as("nothing has moved").isZero();
        }
        assertThat(DeviceBench.volume(server).bytes()).isEqualTo(before);
    }

    @Test
    void dataInIsOfferedWhateverWasAnnounced() {
        for (String in : List.of(DeviceBench.read10(0, 8), DeviceBench.INQUIRY, "1A 00 3F 00 FF 00", "25")) {
            RecordingPort port = bench.announce(one, 0, in, 4096, 0).assertGood();
            // The transport sends none of it, and says so.
            assertThat(port.transferBytes()).as(in).isPositive().isEqualTo(port.dataIn().length);
        }
    }

    @Test
    void noDataAnnouncedIsAnOverflowAndNoDataWantedIsNoMistake() {
        RecordingPort write =
                bench.announce(one, 0, DeviceBench.write10(0, 8), 0, 0).assertGood();
        assertThat(write.transferBytes()).isEqualTo(4096);
        RecordingPort read =
                bench.announce(one, 0, DeviceBench.read10(0, 8), 0, 0).assertGood();
        assertThat(read.transferBytes()).isEqualTo(4096);
        bench.announce(one, 0, DeviceBench.read10(0, 0), 512, 0).assertGood();
        bench.announce(one, 0, DeviceBench.write10(0, 0), 0, 512).assertGood();
        bench.announce(one, 0, DeviceBench.TEST_UNIT_READY, 512, 0).assertGood();
    }

    private RecordingPort run(Nexus nexus, byte[] cdb) {
        DeviceBench.Sent sent = bench.startAt(nexus, 0, TaskAttribute.SIMPLE, cdb);
        assertThat(sent.port().ended()).isTrue();
        return sent.port();
    }

    /** The row's operation code and service action, all else zero. */
    private static byte[] plain(CommandRow row) {
        byte[] cdb = new byte[16];
        byte[] usage = row.usage();
        cdb[0] = usage[0];
        if (row.opcode() == 0x7F) {
            Arrays.fill(usage, 10, usage.length, (byte) 0);
            return usage;
        }
        if (row.hasServiceAction()) {
            cdb[1] = (byte) row.serviceAction();
        }
        return cdb;
    }

    private static List<Integer> reservedBits(CommandRow row) {
        List<Integer> bits = new ArrayList<>();
        byte[] usage = row.usage();
        for (int at = 1; at < usage.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                boolean serviceAction = at == 1 && row.hasServiceAction() && bit < 5 && row.opcode() != 0x7F;
                serviceAction |= row.opcode() == 0x7F && (at == 8 || at == 9);
                if (!serviceAction && ((usage[at] >>> bit) & 1) == 0) {
                    bits.add(at * 8 + bit);
                }
            }
        }
        assertThat(bits).as("CONTROL has reserved bits at least").hasSizeGreaterThanOrEqualTo(8);
        return bits;
    }
}
