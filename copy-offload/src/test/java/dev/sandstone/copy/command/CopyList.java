package dev.sandstone.copy.command;

import dev.sandstone.scsi.device.DeviceServer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Builds a parameter list of EXTENDED COPY, right or wrong. */
final class CopyList {
    private final List<byte[]> cscds = new ArrayList<>();
    private final List<byte[]> segments = new ArrayList<>();
    private int listId = 1;
    private int usage;
    private boolean immediate;

    static CopyList between(DeviceServer... servers) {
        CopyList list = new CopyList();
        for (DeviceServer server : servers) {
            list.cscd(CopyBench.naa(server));
        }
        return list;
    }

    CopyList id(int value) {
        listId = value;
        return this;
    }

    /** LIST ID USAGE. */
    CopyList usage(int value) {
        usage = value;
        return this;
    }

    CopyList immediate() {
        immediate = true;
        return this;
    }

    CopyList cscd(String naa) {
        byte[] designator = HexFormat.of().parseHex(naa);
        ByteBuffer out = ByteBuffer.allocate(32);
        out.put((byte) 0xE4);
        out.put(4, (byte) 1);
        out.put(5, (byte) 3);
        out.put(7, (byte) designator.length);
        out.put(8, designator);
        out.put(30, (byte) 2);
        return cscd(out.array());
    }

    CopyList cscd(byte[] descriptor) {
        cscds.add(descriptor);
        return this;
    }

    /** The last CSCD descriptor, to be changed. */
    CopyList spoil(int at, int value) {
        cscds.getLast()[at] = (byte) value;
        return this;
    }

    CopyList spoilSegment(int at, int value) {
        segments.getLast()[at] = (byte) value;
        return this;
    }

    CopyList segment(int source, long sourceLba, int destination, long destinationLba, int blocks) {
        ByteBuffer out = ByteBuffer.allocate(28);
        out.put((byte) 2).put((byte) 0).putShort((short) 24);
        out.putShort((short) source).putShort((short) destination).putShort((short) 0);
        out.putShort((short) blocks).putLong(sourceLba).putLong(destinationLba);
        segments.add(out.array());
        return this;
    }

    byte[] lid1() {
        ByteBuffer out = ByteBuffer.allocate(16 + lists());
        out.put((byte) listId).put((byte) (usage << 3)).putShort((short) bytes(cscds));
        out.putInt(0).putInt(bytes(segments)).putInt(0);
        descriptors(out);
        return out.array();
    }

    byte[] lid4() {
        ByteBuffer out = ByteBuffer.allocate(48 + lists());
        out.put((byte) 1).put((byte) (usage << 3)).putShort((short) 0x20);
        out.put(15, (byte) (immediate ? 1 : 0));
        out.put(16, (byte) 0xFF);
        out.putInt(20, listId);
        out.putShort(42, (short) bytes(cscds)).putShort(44, (short) bytes(segments));
        descriptors(out.position(48));
        return out.array();
    }

    private void descriptors(ByteBuffer out) {
        cscds.forEach(out::put);
        segments.forEach(out::put);
    }

    private int lists() {
        return bytes(cscds) + bytes(segments);
    }

    private static int bytes(List<byte[]> list) {
        return list.stream().mapToInt(descriptor -> descriptor.length).sum();
    }
}
