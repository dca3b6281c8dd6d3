package dev.sandstone.bench.offload;

import dev.sandstone.daemon.api.Volumes;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** The parameter list of EXTENDED COPY(LID1) that copies the beginning of a volume to the beginning of another. */
final class ExtendedCopyList {
    /** Blocks of a segment: 16 MiB. */
    private static final int SEGMENT_BLOCKS = 32768;

    private static final int HEADER = 16;
    private static final int CSCD = 32;
    private static final int SEGMENT = 28;

    private ExtendedCopyList() {}

    static byte[] of(Volumes.View from, Volumes.View to, long blocks) {
        int segments = (int) ((blocks + SEGMENT_BLOCKS - 1) / SEGMENT_BLOCKS);
        ByteBuffer list = ByteBuffer.allocate(HEADER + 2 * CSCD + segments * SEGMENT);
        // LIST ID USAGE 10b: nobody will ask for results.
        list.put(1, (byte) 0x10).putShort(2, (short) (2 * CSCD)).putInt(8, segments * SEGMENT);
        cscd(list, HEADER, from);
        cscd(list, HEADER + CSCD, to);
        int at = HEADER + 2 * CSCD;
        for (long lba = 0; lba < blocks; lba += SEGMENT_BLOCKS) {
            list.put(at, (byte) 2).putShort(at + 2, (short) (SEGMENT - 4)).putShort(at + 6, (short) 1);
            list.putShort(at + 10, (short) Math.min(SEGMENT_BLOCKS, blocks - lba))
                    .putLong(at + 12, lba)
                    .putLong(at + 20, lba);
            at += SEGMENT;
        }
        return list.array();
    }

    static byte[] cdb(byte[] list) {
        return ByteBuffer.allocate(16).put((byte) 0x83).putInt(10, list.length).array();
    }

    /** Identification descriptor, by the NAA designator. */
    private static void cscd(ByteBuffer list, int at, Volumes.View volume) {
        byte[] naa = HexFormat.of().parseHex(volume.naa());
        list.put(at, (byte) 0xE4).put(at + 4, (byte) 1).put(at + 5, (byte) 3).put(at + 7, (byte) naa.length);
        list.put(at + 8, naa).putShort(at + 30, (short) 512);
    }
}
