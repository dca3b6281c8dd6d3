package dev.sandstone.scsi.device;

import static dev.sandstone.scsi.device.DeviceBench.INQUIRY;
import static dev.sandstone.scsi.device.DeviceBench.REPORT_LUNS;
import static dev.sandstone.scsi.device.DeviceBench.REQUEST_SENSE;
import static dev.sandstone.scsi.device.DeviceBench.TEST_UNIT_READY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.volume.WritePolicy;
import dev.sandstone.scsi.command.Commands;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.NexusLoss;
import dev.sandstone.scsi.task.TaskAttribute;
import dev.sandstone.scsi.task.TaskFunction;
import org.junit.jupiter.api.Test;

/** SAM-5 5.14: not lost, not told twice, the most important first, and to whom it concerns. */
@Commands({"TEST UNIT READY", "REQUEST SENSE"})
class UnitAttentionTest {
    private final DeviceBench bench = new DeviceBench();
    private final DeviceServer server = bench.server();

    UnitAttentionTest() {
        bench.map("one", new LunEntry(0, server, false));
        bench.map("two", new LunEntry(0, server, false));
    }

    @Test
    void theFirstCommandOfAPortHearsOfPowerOn() {
        Nexus nexus = bench.open("one");
        bench.send(nexus, 0, INQUIRY).assertGood();
        bench.send(nexus, 0, REPORT_LUNS).assertGood();
        expect(nexus, "29/00");
        quiet(nexus);
    }

    @Test
    void anUnknownOperationCodeHearsOfItToo() {
        Nexus nexus = bench.open("one");
        assertThat(bench.send(nexus, 0, "FF").outcome()).isEqualTo("UNIT_ATTENTION/29/00");
        assertThat(bench.send(nexus, 0, "FF").outcome()).isEqualTo("ILLEGAL_REQUEST/20/00");
    }

    @Test
    void requestSenseReturnsItAsDataAndClearsIt() {
        Nexus nexus = bench.open("one");
        byte[] sense = bench.send(nexus, 0, REQUEST_SENSE).assertGood().dataIn();
        assertThat(sense[2] & 0x0F).isEqualTo(6);
        assertThat(sense[12]).isEqualTo((byte) 0x29);
        quiet(nexus);
    }

    @Test
    void aPortThatComesBackHearsOfTheLoss() {
        Nexus first = bench.device().openNexus("one,i,0x1", "one", 1);
        first.close(NexusLoss.REINSTATED, () -> {});
        Nexus second = bench.device().openNexus("one,i,0x1", "one", 1);
        expect(second, "29/07");
        Nexus otherPort = bench.device().openNexus("one,i,0x1", "one", 2);
        expect(otherPort, "29/00");
    }

    @Test
    void severalWaitByPrecedenceAndEachOnce() {
        Nexus nexus = bench.openQuiet("one", 0);
        server.unit().capacityChanged();
        server.unit().writePolicyChanged();
        server.unit().capacityChanged();
        DeviceBench.manage(nexus, TaskFunction.LOGICAL_UNIT_RESET, 0, 0);
        expect(nexus, "29/03");
        expect(nexus, "2A/01");
        expect(nexus, "2A/09");
        quiet(nexus);
    }

    @Test
    void aResetOfHigherPrecedenceCoversTheLower() {
        Nexus nexus = bench.openQuiet("one", 0);
        DeviceBench.manage(nexus, TaskFunction.LOGICAL_UNIT_RESET, 0, 0);
        DeviceBench.manage(nexus, TaskFunction.TARGET_WARM_RESET, 0, 0);
        DeviceBench.manage(nexus, TaskFunction.LOGICAL_UNIT_RESET, 0, 0);
        expect(nexus, "29/02");
        quiet(nexus);
        Nexus fresh = bench.open("two");
        DeviceBench.manage(fresh, TaskFunction.LOGICAL_UNIT_RESET, 0, 0);
        expect(fresh, "29/00");
        quiet(fresh);
    }

    @Test
    void modeSelectTellsTheOthersOnly() {
        Nexus one = bench.openQuiet("one", 0);
        Nexus two = bench.openQuiet("two", 0);
        byte[] swp = {0, 0, 0, 0, 0x0A, 10, 0x20, 0x10, 8, 0, 0, 0, (byte) 0xFF, (byte) 0xFF, 0, 0};
        bench.send(one, 0, "15 10 00 00 10", swp).assertGood();
        quiet(one);
        expect(two, "2A/01");
        assertThat(bench.send(one, 0, DeviceBench.write10(0, 1), new byte[512]).outcome())
                .startsWith("DATA_PROTECT/27");
    }

    @Test
    void changedLunsAreToldOnEveryLunUntilReported() {
        DeviceServer more = bench.server();
        bench.map("one", new LunEntry(0, server, false), new LunEntry(1, more, false));
        Nexus nexus = bench.openQuiet("one", 0, 1);
        Nexus other = bench.openQuiet("two", 0);
        bench.map("one", new LunEntry(0, server, false), new LunEntry(1, more, false), new LunEntry(2, server, false));
        expect(nexus, "3F/0E");
        quiet(nexus);
        quiet(other);
        // LUN 1 has not told it yet; now it need not.
        bench.send(nexus, 0, REPORT_LUNS).assertGood();
        bench.send(nexus, 1, TEST_UNIT_READY).assertGood();
        assertThat(bench.send(nexus, 2, TEST_UNIT_READY).outcome()).isEqualTo("UNIT_ATTENTION/29/00");
    }

    @Test
    void reportLunsOnTheWellKnownUnitCountsAsTold() {
        Nexus nexus = bench.openQuiet("one", 0);
        bench.map("one", new LunEntry(0, server, false), new LunEntry(300, server, false));
        byte[] cdb = {(byte) 0xA0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0};
        DeviceBench.Sent sent = bench.startAt(nexus, 0xC101_0000_0000_0000L, TaskAttribute.SIMPLE, cdb);
        byte[] list = sent.port().assertGood().dataIn();
        assertThat(list).hasSize(8 + 16).endsWith(0x41, 0x2C, 0, 0, 0, 0, 0, 0);
        quiet(nexus);
    }

    @Test
    void anUnchangedMapIsNoNews() {
        Nexus nexus = bench.openQuiet("one", 0);
        bench.map("one", new LunEntry(0, server, false));
        quiet(nexus);
    }

    @Test
    void writeProtectionOfTheUnitAndOfTheGrant() {
        Nexus one = bench.openQuiet("one", 0);
        Nexus two = bench.openQuiet("two", 0);
        bench.map("two", new LunEntry(0, server, true));
        expect(two, "2A/01");
        String write = DeviceBench.write10(0, 1);
        assertThat(bench.send(two, 0, write, new byte[512]).outcome()).isEqualTo("DATA_PROTECT/27/00");
        bench.send(one, 0, write, new byte[512]).assertGood();
        server.unit().readOnly(true);
        expect(one, "2A/01");
        assertThat(bench.send(one, 0, write, new byte[512]).outcome()).isEqualTo("DATA_PROTECT/27/00");
        server.unit().readOnly(true);
        quiet(one);
    }

    @Test
    void theWritePolicyIsToldByTheCachingPage() {
        Nexus nexus = bench.openQuiet("one", 0);
        String caching = "1A 08 08 00 FF";
        assertThat(bench.send(nexus, 0, caching).dataIn()[4 + 2] & 4).isZero();
        DeviceBench.volume(server).writePolicy(WritePolicy.WRITE_BACK);
        server.unit().writePolicyChanged();
        expect(nexus, "2A/01");
        assertThat(bench.send(nexus, 0, caching).dataIn()[4 + 2] & 4).isEqualTo(4);
    }

    private void expect(Nexus nexus, String code) {
        assertThat(bench.send(nexus, 0, TEST_UNIT_READY).outcome()).isEqualTo("UNIT_ATTENTION/" + code);
    }

    private void quiet(Nexus nexus) {
        bench.send(nexus, 0, TEST_UNIT_READY).assertGood();
    }
}
