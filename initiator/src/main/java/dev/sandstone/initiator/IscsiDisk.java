package dev.sandstone.initiator;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A logical unit as a disk: blocking reads and writes in blocks, each one SCSI command. Every method throws {@link
 * ScsiStatusException} when its command does not end GOOD.
 */
public final class IscsiDisk {
    private static final int CAPACITY_BYTES = 32;

    private final IscsiSession session;
    private final int lun;
    private final long blocks;
    private final int blockBytes;

    private IscsiDisk(IscsiSession session, int lun, long blocks, int blockBytes) {
        this.session = session;
        this.lun = lun;
        this.blocks = blocks;
        this.blockBytes = blockBytes;
    }

    /** Asks for the capacity. A unit attention that waits on a new nexus is taken first. */
    public static IscsiDisk open(IscsiSession session, int lun) throws IOException {
        session.execute(ScsiRequest.of(lun, Cdb.testUnitReady()));
        ByteBuffer capacity =
                ByteBuffer.wrap(session.execute(ScsiRequest.in(lun, Cdb.readCapacity16(CAPACITY_BYTES), CAPACITY_BYTES))
                        .requireGood()
                        .dataIn());
        return new IscsiDisk(session, lun, capacity.getLong(0) + 1, capacity.getInt(8));
    }

    /** Number of logical blocks. */
    public long blocks() {
        return blocks;
    }

    /** Bytes of a logical block. */
    public int blockBytes() {
        return blockBytes;
    }

    public byte[] read(long lba, int count) throws IOException {
        return session.execute(ScsiRequest.in(lun, Cdb.read16(lba, count), Math.multiplyExact(count, blockBytes)))
                .requireGood()
                .dataIn();
    }

    /** Writes whole blocks; durable according to the volume's write policy. */
    public void write(long lba, byte[] data) throws IOException {
        run(ScsiRequest.out(lun, Cdb.write16(lba, blocksOf(data)), data));
    }

    /** Writes whole blocks with FUA: durable when this returns. */
    public void writeDurably(long lba, byte[] data) throws IOException {
        run(ScsiRequest.out(lun, Cdb.write16Fua(lba, blocksOf(data)), data));
    }

    /** Repeats one block over a range. */
    public void writeSame(long lba, int count, byte[] block) throws IOException {
        run(ScsiRequest.out(lun, Cdb.writeSame16(lba, count, false), block));
    }

    public void unmap(long lba, int count) throws IOException {
        byte[] list = Cdb.unmapList(lba, count);
        run(ScsiRequest.out(lun, Cdb.unmap(list.length), list));
    }

    /** COMPARE AND WRITE; false when the blocks differed from {@code expected}. */
    public boolean compareAndWrite(long lba, byte[] expected, byte[] data) throws IOException {
        byte[] both = Arrays.copyOf(expected, expected.length + data.length);
        System.arraycopy(data, 0, both, expected.length, data.length);
        ScsiResult result = session.execute(ScsiRequest.out(lun, Cdb.compareAndWrite(lba, blocksOf(data)), both));
        if (result.isSense(0xe, 0x1d, 0)) {
            return false;
        }
        result.requireGood();
        return true;
    }

    /** SYNCHRONIZE CACHE over the whole unit. */
    public void synchronize() throws IOException {
        run(ScsiRequest.of(lun, Cdb.synchronizeCache16(0, 0)));
    }

    private void run(ScsiRequest request) throws IOException {
        session.execute(request).requireGood();
    }

    private int blocksOf(byte[] data) {
        if (data.length == 0 || data.length % blockBytes != 0) {
            throw new IllegalArgumentException(data.length + " bytes are not whole blocks of " + blockBytes);
        }
        return data.length / blockBytes;
    }
}
