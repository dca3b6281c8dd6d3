package dev.sandstone.scsi.block;

/** How far block commands go, in logical blocks unless said otherwise: what is published here is what is enforced. */
final class BlockLimits {
    static final int BLOCK_BYTES = 512;
    static final int BLOCK_SHIFT = 9;

    /**
     * MAXIMUM TRANSFER LENGTH, 8 MiB. A command holds its whole transfer in memory, so this times the commands under way is
     * what a client can make the array hold; the initiators in use send 1 MiB or less unless told more.
     */
    static final int MAX_TRANSFER = 16384;

    /** OPTIMAL TRANSFER LENGTH, 1 MiB: the most that is written as one atomic step. */
    static final int OPTIMAL_TRANSFER = 2048;

    /** OPTIMAL TRANSFER LENGTH and UNMAP GRANULARITY, 4 KiB: the unit of the block map. */
    static final int GRANULARITY = 8;

    /** MAXIMUM COMPARE AND WRITE LENGTH: all that its one byte can say. */
    static final int MAX_COMPARE = 255;

    /**
     * MAXIMUM WRITE SAME LENGTH, 16 MiB: a pattern that is not zero is really written so many times. Less than 65536 blocks,
     * because conformance suites write the whole of such a range by one WRITE first.
     */
    static final int MAX_WRITE_SAME = 32768;

    /** MAXIMUM UNMAP LBA COUNT, 512 MiB in all descriptors together. */
    static final int MAX_UNMAP = 1 << 20;

    /** MAXIMUM ATOMIC TRANSFER LENGTH, 1 MiB: what the engine writes as one record. */
    static final int MAX_ATOMIC = 2048;

    /** MAXIMUM UNMAP BLOCK DESCRIPTOR COUNT. */
    static final int MAX_UNMAP_DESCRIPTORS = 256;

    private BlockLimits() {}
}
