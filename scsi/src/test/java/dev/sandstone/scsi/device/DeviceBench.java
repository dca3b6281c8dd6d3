package dev.sandstone.scsi.device;

import dev.sandstone.engine.loop.QueueLoop;
import dev.sandstone.engine.volume.HeapVolume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.scsi.access.TargetPorts;
import dev.sandstone.scsi.command.CommandTable;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.Task;
import dev.sandstone.scsi.task.TaskAttribute;
import dev.sandstone.scsi.task.TaskFunction;
import dev.sandstone.scsi.task.TaskFunctionResult;
import dev.sandstone.scsi.task.TaskRequest;
import dev.sandstone.scsi.unit.LogicalUnit;
import dev.sandstone.scsi.unit.UnitAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** A target device with volumes in memory, all on the test's thread. */
final class DeviceBench {
    static final int BLOCKS = 2048;
    static final String TARGET = "iqn.2026-11.test:array";

    static final String TEST_UNIT_READY = "00";
    static final String INQUIRY = "12 00 00 00 60";
    static final String REQUEST_SENSE = "03 00 00 00 FC";
    static final String REPORT_LUNS = "A0 00 00 00 00 00 00 00 10 00";
    static final String RESERVE = "16";
    static final String RELEASE = "17";

    static final TargetPorts PORTS = TargetPorts.each(2);

    private static final CommandTable TABLE = StandardCommands.table();

    private final QueueLoop loop = new QueueLoop();
    private final Map<String, List<LunEntry>> maps = new HashMap<>();
    private final TargetDevice device =
            new TargetDevice(TARGET, TABLE, initiator -> maps.getOrDefault(initiator, List.of()), PORTS);
    private int volumes;
    private int ports;
    private long tags;

    /** A task and its transport. */
    record Sent(Task task, RecordingPort port, long tag) {}

    QueueLoop loop() {
        return loop;
    }

    TargetDevice device() {
        return device;
    }

    CommandTable table() {
        return TABLE;
    }

    DeviceServer server() {
        HeapVolume volume = new HeapVolume(loop, BLOCKS, new VolumeId(new UUID(0x5A5A0000L + volumes, ++volumes)));
        UnitAttributes attributes = UnitAttributes.of(volume.id().uuid(), 4096, true);
        return new DeviceServer(new LogicalUnit(volume, attributes, false), TABLE);
    }

    static HeapVolume volume(DeviceServer server) {
        return (HeapVolume) server.unit().volume();
    }

    /** Says what an initiator may see; the device is told. */
    void map(String initiator, LunEntry... entries) {
        maps.put(initiator, Arrays.asList(entries));
        device.lunsChanged();
    }

    /** A nexus of a new initiator port. */
    Nexus open(String initiator) {
        ports++;
        return openPort(initiator, ports, 1);
    }

    /** A nexus of the initiator port with that ISID to a target port. */
    Nexus openPort(String initiator, int isid, int targetPort) {
        return device.openNexus(String.format(Locale.ROOT, "%s,i,0x%012x", initiator, isid), initiator, targetPort);
    }

    /** A nexus that has reported its first unit attention on these LUNs. */
    Nexus openQuiet(String initiator, int... luns) {
        Nexus nexus = open(initiator);
        for (int lun : luns) {
            send(nexus, lun, TEST_UNIT_READY);
        }
        return nexus;
    }

    /** Sends a CDB, in hexadecimal, and gives Data-Out when asked. */
    RecordingPort send(Nexus nexus, int lun, String cdb, byte... dataOut) {
        Sent sent = start(nexus, lun, TaskAttribute.SIMPLE, cdb, dataOut);
        if (sent.port.wantsData()) {
            sent.port.deliver(sent.task);
        }
        return sent.port;
    }

    /** Sends a CDB of an initiator that announced so many bytes each way; gives no Data-Out. */
    RecordingPort announce(Nexus nexus, long lunField, String cdb, int out, int in) {
        byte[] bytes = Arrays.copyOf(HexFormat.of().parseHex(cdb.replace(" ", "")), 16);
        RecordingPort port = new RecordingPort(new byte[out]);
        nexus.submit(new TaskRequest(lunField, bytes, TaskAttribute.SIMPLE, tags++, out, in), port);
        return port;
    }

    Sent start(Nexus nexus, int lun, TaskAttribute attribute, String cdb, byte... dataOut) {
        byte[] bytes = Arrays.copyOf(HexFormat.of().parseHex(cdb.replace(" ", "")), 16);
        return startAt(nexus, LunAddress.encode(lun), attribute, bytes, dataOut);
    }

    Sent startAt(Nexus nexus, long lunField, TaskAttribute attribute, byte[] cdb, byte... dataOut) {
        RecordingPort port = new RecordingPort(dataOut);
        long tag = tags++;
        Task task = nexus.submit(new TaskRequest(lunField, cdb, attribute, tag, dataOut.length, 1 << 20), port);
        return new Sent(task, port, tag);
    }

    /** The results told so far; to be filled in later when the function waits. */
    static List<TaskFunctionResult> manage(Nexus nexus, TaskFunction function, int lun, long tag) {
        List<TaskFunctionResult> results = new ArrayList<>();
        nexus.manage(function, LunAddress.encode(lun), tag, results::add);
        return results;
    }

    static String read10(int lba, int blocks) {
        return String.format(Locale.ROOT, "28 00 %08X 00 %04X 00", lba, blocks);
    }

    static String write10(int lba, int blocks) {
        return String.format(Locale.ROOT, "2A 00 %08X 00 %04X 00", lba, blocks);
    }

    static byte[] pattern(int bytes, int value) {
        byte[] data = new byte[bytes];
        Arrays.fill(data, (byte) value);
        return data;
    }
}
