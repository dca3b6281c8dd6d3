package dev.sandstone.copy.command;

import dev.sandstone.engine.loop.QueueLoop;
import dev.sandstone.engine.volume.HeapVolume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.scsi.access.TargetPorts;
import dev.sandstone.scsi.command.CommandTable;
import dev.sandstone.scsi.device.DeviceServer;
import dev.sandstone.scsi.device.LunAddress;
import dev.sandstone.scsi.device.LunEntry;
import dev.sandstone.scsi.device.StandardCommands;
import dev.sandstone.scsi.device.TargetDevice;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.Task;
import dev.sandstone.scsi.task.TaskAttribute;
import dev.sandstone.scsi.task.TaskFunction;
import dev.sandstone.scsi.task.TaskFunctionResult;
import dev.sandstone.scsi.task.TaskRequest;
import dev.sandstone.scsi.unit.LogicalUnit;
import dev.sandstone.scsi.unit.UnitAttributes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/** A target device with copy managers, over volumes in memory, on the test's thread. */
final class CopyBench {
    static final int BLOCKS = 8192;
    static final int BLOCK = 512;

    private final QueueLoop loop = new QueueLoop();
    private final HeapTimes times = new HeapTimes();
    private final CommandTable table = StandardCommands.table(CopyOffload.commands(times));
    private final Map<String, List<LunEntry>> maps = new HashMap<>();
    private final TargetDevice device = new TargetDevice(
            "iqn.2026-11.test:array", table, initiator -> maps.getOrDefault(initiator, List.of()), TargetPorts.each(2));
    private int volumes;
    private int ports;
    private long tags;

    /** A command under way. */
    record Sent(Answer answer, long tag) {}

    QueueLoop loop() {
        return loop;
    }

    HeapTimes times() {
        return times;
    }

    CommandTable table() {
        return table;
    }

    DeviceServer server() {
        return server(BLOCKS);
    }

    DeviceServer server(int blocks) {
        volumes++;
        HeapVolume volume = new HeapVolume(loop, blocks, new VolumeId(new UUID(0x5A5A0000L + volumes, volumes)));
        times.know(volume);
        UnitAttributes attributes = UnitAttributes.of(volume.id().uuid(), 4096, false);
        return new DeviceServer(new LogicalUnit(volume, attributes, false), table);
    }

    static HeapVolume volume(DeviceServer server) {
        return (HeapVolume) server.unit().volume();
    }

    static String naa(DeviceServer server) {
        return server.unit().attributes().naa();
    }

    /** Fills a volume with bytes that tell its blocks apart. */
    static byte[] fill(DeviceServer server, Random random) {
        byte[] bytes = volume(server).bytes();
        random.nextBytes(bytes);
        return bytes.clone();
    }

    /** Says what an initiator may see, from LUN 0 on. */
    void map(String initiator, DeviceServer... servers) {
        List<LunEntry> entries = new ArrayList<>();
        for (DeviceServer server : servers) {
            entries.add(new LunEntry(entries.size(), server, false));
        }
        map(initiator, entries);
    }

    void map(String initiator, List<LunEntry> entries) {
        maps.put(initiator, entries);
        device.lunsChanged();
    }

    /** A nexus that has reported its first unit attention on the LUNs it may see. */
    Nexus open(String initiator) {
        ports++;
        Nexus nexus = device.openNexus(initiator + ",i,0x" + ports, initiator, 1);
        for (LunEntry entry : maps.getOrDefault(initiator, List.of())) {
            quiet(nexus, entry.lun());
        }
        return nexus;
    }

    /** Takes the unit attention that waits. */
    void quiet(Nexus nexus, int lun) {
        send(nexus, lun, "00");
    }

    /** Registers the nexus with key 7 and makes it reserve the unit. */
    void reserve(Nexus nexus, int lun, int type) {
        must(send(nexus, lun, "5F 06 00 0000 00000018 00", keys(0, 7)));
        must(send(nexus, lun, "5F 01 0" + type + " 0000 00000018 00", keys(7, 0)));
    }

    void release(Nexus nexus, int lun, int type) {
        must(send(nexus, lun, "5F 02 0" + type + " 0000 00000018 00", keys(7, 0)));
    }

    /** The parameter list of PERSISTENT RESERVE OUT. */
    static byte[] keys(long key, long actionKey) {
        return ByteBuffer.allocate(24).putLong(key).putLong(actionKey).array();
    }

    private static void must(Answer answer) {
        if (!answer.end().equals("GOOD")) {
            throw new IllegalStateException(answer.end());
        }
    }

    /** Sends a CDB in hexadecimal and gives Data-Out when asked. */
    Answer send(Nexus nexus, int lun, String cdb, byte... dataOut) {
        return start(nexus, lun, cdb, dataOut).answer();
    }

    Sent start(Nexus nexus, int lun, String cdb, byte... dataOut) {
        byte[] bytes = Arrays.copyOf(HexFormat.of().parseHex(cdb.replace(" ", "")), 16);
        Answer answer = new Answer(dataOut);
        long tag = tags++;
        Task task = nexus.submit(
                new TaskRequest(LunAddress.encode(lun), bytes, TaskAttribute.SIMPLE, tag, dataOut.length, 1 << 20),
                answer);
        answer.deliver(task);
        return new Sent(answer, tag);
    }

    /** The results told so far; filled in later when the function waits. */
    static List<TaskFunctionResult> manage(Nexus nexus, TaskFunction function, int lun, long tag) {
        List<TaskFunctionResult> results = new ArrayList<>();
        nexus.manage(function, LunAddress.encode(lun), tag, results::add);
        return results;
    }

    Sent copy1(Nexus nexus, int lun, CopyList list) {
        byte[] data = list.lid1();
        return start(nexus, lun, "83 00 0000000000000000 " + hex(data.length) + " 00 00", data);
    }

    Sent copy4(Nexus nexus, int lun, CopyList list) {
        byte[] data = list.lid4();
        return start(nexus, lun, "83 01 0000000000000000 " + hex(data.length) + " 00 00", data);
    }

    Answer status1(Nexus nexus, int lun, int listId) {
        return send(
                nexus, lun, "84 00 " + HexFormat.of().toHexDigits((byte) listId) + " 00000000000000 00000400 00 00");
    }

    Answer status4(Nexus nexus, int lun, int listId) {
        return send(nexus, lun, "84 05 " + hex(listId) + " 00000000 00000400 00 00");
    }

    static String hex(int value) {
        return HexFormat.of().toHexDigits(value);
    }
}
