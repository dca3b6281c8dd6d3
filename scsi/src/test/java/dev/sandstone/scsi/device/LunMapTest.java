package dev.sandstone.scsi.device;

import static dev.sandstone.scsi.device.DeviceBench.INQUIRY;
import static dev.sandstone.scsi.device.DeviceBench.REQUEST_SENSE;
import static dev.sandstone.scsi.device.DeviceBench.TEST_UNIT_READY;
import static dev.sandstone.scsi.device.DeviceBench.read10;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.volume.HeapVolume;
import dev.sandstone.scsi.device.DeviceBench.Sent;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.TaskAttribute;
import org.junit.jupiter.api.Test;

/** What an initiator may see, and how it names it. */
class LunMapTest {
    private final DeviceBench bench = new DeviceBench();
    private final DeviceServer server = bench.server();
    private final DeviceServer other = bench.server();

    @Test
    void addressesOfTheTwoFormsAndNoOthers() {
        assertThat(LunAddress.decode(0)).isZero();
        assertThat(LunAddress.decode(0x00FF_0000_0000_0000L)).isEqualTo(255);
        assertThat(LunAddress.decode(0x4000_0000_0000_0000L)).isZero();
        assertThat(LunAddress.decode(0x7FFF_0000_0000_0000L)).isEqualTo(0x3FFF);
        assertThat(LunAddress.decode(0x0100_0000_0000_0000L)).as("bus 1").isEqualTo(LunAddress.NOWHERE);
        assertThat(LunAddress.decode(0x0001_0001_0000_0000L)).as("second level").isEqualTo(LunAddress.NOWHERE);
        assertThat(LunAddress.decode(1)).isEqualTo(LunAddress.NOWHERE);
        assertThat(LunAddress.decode(0x8001_0000_0000_0000L)).isEqualTo(LunAddress.NOWHERE);
        assertThat(LunAddress.decode(0xD201_0000_0000_0000L)).isEqualTo(LunAddress.NOWHERE);
        assertThat(LunAddress.decode(0xC101_0000_0000_0000L)).isEqualTo(LunAddress.REPORT_LUNS);
        assertThat(LunAddress.decode(0xC101_0000_0000_0001L)).isEqualTo(LunAddress.NOWHERE);
        for (int lun = 0; lun <= LunAddress.MAX_LUN; lun++) {
            assertThat(LunAddress.decode(LunAddress.encode(lun))).isEqualTo(lun);
        }
    }

    @Test
    void eachInitiatorFindsItsOwnUnits() {
        bench.map("one", new LunEntry(0, server, false));
        bench.map("two", new LunEntry(0, other, false), new LunEntry(7, server, false));
        Nexus one = bench.openQuiet("one", 0);
        Nexus two = bench.openQuiet("two", 0, 7);
        bench.send(one, 0, DeviceBench.write10(0, 1), DeviceBench.pattern(512, 1))
                .assertGood();
        assertThat(bench.send(two, 0, read10(0, 1)).assertGood().dataIn()).containsOnly(0);
        assertThat(bench.send(two, 7, read10(0, 1)).assertGood().dataIn()).containsOnly(1);
        assertThat(bench.send(one, 7, read10(0, 1)).outcome()).isEqualTo("ILLEGAL_REQUEST/25/00");
    }

    @Test
    void whereThereIsNothingSomeCommandsAnswerStill() {
        Nexus nexus = bench.open("nobody");
        assertThat(bench.send(nexus, 0, INQUIRY).assertGood().dataIn()[0]).isEqualTo((byte) 0x7F);
        assertThat(bench.send(nexus, 3, DeviceBench.REPORT_LUNS).assertGood().dataIn())
                .startsWith(0, 0, 0);
        byte[] sense = bench.send(nexus, 0, REQUEST_SENSE).assertGood().dataIn();
        assertThat(sense[12]).isEqualTo((byte) 0x25);
        assertThat(bench.send(nexus, 0, TEST_UNIT_READY).outcome()).isEqualTo("ILLEGAL_REQUEST/25/00");
        assertThat(bench.send(nexus, 0, DeviceBench.write10(0, 1), new byte[512])
                        .outcome())
                .isEqualTo("ILLEGAL_REQUEST/25/00");
        byte[] inquiry = {0x12, 0x04, 0, 0, 0x60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        assertThat(bench.startAt(nexus, -1L, TaskAttribute.SIMPLE, inquiry)
                        .port()
                        .outcome())
                .isEqualTo("ILLEGAL_REQUEST/24/00");
    }

    @Test
    void theWellKnownUnitServesWhatItMust() {
        Nexus nexus = bench.open("nobody");
        long field = 0xC101_0000_0000_0000L;
        byte[] inquiry = {0x12, 0, 0, 0, 0x60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        Sent sent = bench.startAt(nexus, field, TaskAttribute.SIMPLE, inquiry);
        assertThat(sent.port().assertGood().dataIn()[0]).isEqualTo((byte) 0x1E);
        bench.startAt(nexus, field, TaskAttribute.SIMPLE, new byte[16]).port().assertGood();
        byte[] write = {0x2A, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0};
        assertThat(bench.startAt(nexus, field, TaskAttribute.SIMPLE, write)
                        .port()
                        .outcome())
                .isEqualTo("ILLEGAL_REQUEST/20/00");
    }

    @Test
    void aRevokedUnitIsGoneAtOnceAndItsTasksEnd() {
        bench.map("one", new LunEntry(0, server, false), new LunEntry(1, other, false));
        Nexus nexus = bench.openQuiet("one", 0, 1);
        bench.send(nexus, 1, DeviceBench.RESERVE).assertGood();
        HeapVolume volume = DeviceBench.volume(other);
        volume.hold();
        Sent inEngine = bench.start(nexus, 1, TaskAttribute.SIMPLE, read10(0, 8));
        Sent waiting = bench.start(nexus, 1, TaskAttribute.SIMPLE, DeviceBench.write10(0, 1), new byte[512]);
        bench.map("one", new LunEntry(0, server, false));
        assertThat(waiting.port().outcome()).isEqualTo("aborted");
        assertThat(bench.send(nexus, 1, TEST_UNIT_READY).outcome()).isEqualTo("ILLEGAL_REQUEST/25/00");
        volume.releaseAll();
        assertThat(inEngine.port().outcome()).isEqualTo("aborted");
        bench.map("two", new LunEntry(0, other, false));
        bench.send(bench.openQuiet("two", 0), 0, TEST_UNIT_READY).assertGood();
    }

    @Test
    void anotherUnitAtTheSameLunIsANewUnit() {
        bench.map("one", new LunEntry(0, server, false));
        Nexus nexus = bench.openQuiet("one", 0);
        bench.send(nexus, 0, DeviceBench.write10(0, 1), DeviceBench.pattern(512, 1))
                .assertGood();
        bench.map("one", new LunEntry(0, other, false));
        assertThat(bench.send(nexus, 0, TEST_UNIT_READY).outcome()).isEqualTo("UNIT_ATTENTION/29/00");
        assertThat(bench.send(nexus, 0, read10(0, 1)).assertGood().dataIn()).containsOnly(0);
    }

    @Test
    void aNexusOfAnotherThreadIsServedOnTheUnitsLoop() throws InterruptedException {
        bench.map("one", new LunEntry(0, server, false));
        Nexus nexus = bench.openQuiet("one", 0);
        Sent[] sent = new Sent[2];
        Thread elsewhere = Thread.ofPlatform().name("elsewhere").start(() -> {
            sent[0] = bench.start(nexus, 0, TaskAttribute.SIMPLE, DeviceBench.write10(0, 1), new byte[512]);
            sent[1] = bench.start(nexus, 0, TaskAttribute.SIMPLE, read10(0, 1));
            sent[0].task().dataOutFailed(0x0B, 0x47, 0x05);
        });
        elsewhere.join();
        assertThat(sent[1].port().ended()).isFalse();
        bench.loop().runAll();
        assertThat(sent[0].port().outcome()).isEqualTo("ABORTED_COMMAND/47/05");
        sent[1].port().assertGood();
    }
}
