package dev.sandstone.scsi.primary;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * The head of mode parameter data (SPC-4 7.5.5, 7.5.6; SBC-3 6.4.2):
 *
 * <pre>
 *   MODE SENSE(6)                      MODE SENSE(10)
 *    0  MODE DATA LENGTH (1)            0  MODE DATA LENGTH (2)
 *    1  MEDIUM TYPE                     2  MEDIUM TYPE
 *    2  DEVICE-SPECIFIC: WP, DPOFUA     3  DEVICE-SPECIFIC: WP, DPOFUA
 *    3  BLOCK DESCRIPTOR LENGTH (1)     4  LONGLBA
 *    4  block descriptor                6  BLOCK DESCRIPTOR LENGTH (2)
 *                                       8  block descriptor
 *
 *   short descriptor of 8 bytes: NUMBER OF LOGICAL BLOCKS (4), LOGICAL BLOCK LENGTH (4, top byte reserved)
 *   long one of 16 (LONGLBA): NUMBER OF LOGICAL BLOCKS (8), reserved (4), LOGICAL BLOCK LENGTH (4)
 * </pre>
 *
 * @param writeProtected WP
 * @param descriptor whether a block descriptor is there
 * @param blocks size of the volume
 */
record ModeHeader(boolean writeProtected, boolean descriptor, long blocks) {
    static final int BYTES_6 = 4;
    static final int BYTES_10 = 8;
    static final int SHORT_DESCRIPTOR_BYTES = 8;
    static final int LONG_DESCRIPTOR_BYTES = 16;
    static final int BLOCK_BYTES = 512;
    static final long MORE_THAN_32_BITS = 0xFFFF_FFFFL;

    private static final int WP = 0x80;
    private static final int DPOFUA = 0x10;
    private static final int LONGLBA = 0x01;

    byte[] encode6(List<byte[]> pages) {
        int descriptorBytes = descriptor ? SHORT_DESCRIPTOR_BYTES : 0;
        ByteBuffer data = ByteBuffer.allocate(BYTES_6 + descriptorBytes + total(pages));
        data.put((byte) (data.capacity() - 1));
        data.put((byte) 0);
        data.put(deviceSpecific());
        data.put((byte) descriptorBytes);
        putDescriptorAndPages(data, pages, false);
        return data.array();
    }

    byte[] encode10(List<byte[]> pages, boolean longDescriptor) {
        int descriptorBytes = longDescriptor ? LONG_DESCRIPTOR_BYTES : SHORT_DESCRIPTOR_BYTES;
        if (!descriptor) {
            descriptorBytes = 0;
        }
        ByteBuffer data = ByteBuffer.allocate(BYTES_10 + descriptorBytes + total(pages));
        data.putShort((short) (data.capacity() - 2));
        data.put((byte) 0);
        data.put(deviceSpecific());
        data.put((byte) (descriptor && longDescriptor ? LONGLBA : 0));
        data.put((byte) 0);
        data.putShort((short) descriptorBytes);
        putDescriptorAndPages(data, pages, longDescriptor);
        return data.array();
    }

    private void putDescriptorAndPages(ByteBuffer data, List<byte[]> pages, boolean longDescriptor) {
        if (descriptor && longDescriptor) {
            data.putLong(blocks).putInt(0).putInt(BLOCK_BYTES);
        } else if (descriptor) {
            data.putInt((int) Math.min(blocks, MORE_THAN_32_BITS)).putInt(BLOCK_BYTES);
        }
        pages.forEach(data::put);
    }

    private byte deviceSpecific() {
        return (byte) (DPOFUA | (writeProtected ? WP : 0));
    }

    private static int total(List<byte[]> pages) {
        return pages.stream().mapToInt(page -> page.length).sum();
    }
}
