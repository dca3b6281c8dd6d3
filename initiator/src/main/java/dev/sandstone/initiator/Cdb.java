package dev.sandstone.initiator;

import java.nio.ByteBuffer;

/** Command descriptor blocks of the commands this initiator's users send (SPC-4, SBC-3). Lengths in blocks or bytes as named. */
public final class Cdb {
    private static final int FUA = 0x08;
    private static final int EVPD = 0x01;
    private static final int READ_CAPACITY_16 = 0x10;
    private static final int WRITE_SAME_UNMAP = 0x08;

    private Cdb() {}

    public static byte[] testUnitReady() {
        return new byte[6];
    }

    public static byte[] requestSense(int allocationLength) {
        return new byte[] {0x03, 0, 0, 0, (byte) allocationLength, 0};
    }

    public static byte[] inquiry(int allocationLength) {
        return new byte[] {0x12, 0, 0, (byte) (allocationLength >> 8), (byte) allocationLength, 0};
    }

    public static byte[] inquiryPage(int page, int allocationLength) {
        return new byte[] {0x12, EVPD, (byte) page, (byte) (allocationLength >> 8), (byte) allocationLength, 0};
    }

    public static byte[] reportLuns(int allocationLength) {
        return ByteBuffer.allocate(12)
                .put((byte) 0xa0)
                .putInt(6, allocationLength)
                .array();
    }

    public static byte[] readCapacity10() {
        return new byte[] {0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    }

    public static byte[] readCapacity16(int allocationLength) {
        return ByteBuffer.allocate(16)
                .put((byte) 0x9e)
                .put((byte) READ_CAPACITY_16)
                .putInt(10, allocationLength)
                .array();
    }

    public static byte[] read16(long lba, int blocks) {
        return transfer16(0x88, 0, lba, blocks);
    }

    public static byte[] write16(long lba, int blocks) {
        return transfer16(0x8a, 0, lba, blocks);
    }

    /** WRITE(16) with FUA: durable when it ends. */
    public static byte[] write16Fua(long lba, int blocks) {
        return transfer16(0x8a, FUA, lba, blocks);
    }

    public static byte[] writeSame16(long lba, int blocks, boolean unmap) {
        return transfer16(0x93, unmap ? WRITE_SAME_UNMAP : 0, lba, blocks);
    }

    /** COMPARE AND WRITE of at most 255 blocks; the Data-Out is the blocks to compare, then those to write. */
    public static byte[] compareAndWrite(long lba, int blocks) {
        return ByteBuffer.allocate(16)
                .put((byte) 0x89)
                .putLong(2, lba)
                .put(13, (byte) blocks)
                .array();
    }

    /** SYNCHRONIZE CACHE(16); 0 blocks: to the end. */
    public static byte[] synchronizeCache16(long lba, int blocks) {
        return transfer16(0x91, 0, lba, blocks);
    }

    public static byte[] unmap(int parameterListLength) {
        return ByteBuffer.allocate(10)
                .put((byte) 0x42)
                .putShort(7, (short) parameterListLength)
                .array();
    }

    /** The UNMAP parameter list for one range (SBC-3 5.28). */
    public static byte[] unmapList(long lba, int blocks) {
        return ByteBuffer.allocate(24)
                .putShort((short) 22)
                .putShort((short) 16)
                .putInt(0)
                .putLong(lba)
                .putInt(blocks)
                .array();
    }

    private static byte[] transfer16(int opcode, int flags, long lba, int blocks) {
        return ByteBuffer.allocate(16)
                .put((byte) opcode)
                .put((byte) flags)
                .putLong(lba)
                .putInt(blocks)
                .array();
    }
}
