package dev.sandstone.copy.command;

import dev.sandstone.copy.job.CopyEnd;

/** What the copy manager takes: published by RECEIVE COPY OPERATING PARAMETERS and the VPD page, and enforced. */
final class CopyLimits {
    /** MAXIMUM CSCD DESCRIPTOR COUNT. */
    static final int CSCDS = 16;

    /** MAXIMUM SEGMENT DESCRIPTOR COUNT. */
    static final int SEGMENTS = 64;

    /** MAXIMUM DESCRIPTOR LIST LENGTH, in bytes. */
    static final int DESCRIPTOR_BYTES = CSCDS * Cscd.BYTES + SEGMENTS * SegmentDescriptor.BYTES;

    /** MAXIMUM SEGMENT LENGTH, in bytes: all that NUMBER OF BLOCKS can say. */
    static final int SEGMENT_BYTES = 0xFFFF * CopyLimits.BLOCK_BYTES;

    /** DATA SEGMENT GRANULARITY, as a power of two: one logical block. */
    static final int GRANULARITY = 9;

    /** MAXIMUM CONCURRENT COPIES of one logical unit, all nexuses together. */
    static final int CONCURRENT = 64;

    /** How many copies that have ended are remembered for a nexus. */
    static final int REMEMBERED = 64;

    static final int BLOCK_BYTES = CopyEnd.BLOCK_BYTES;

    private CopyLimits() {}
}
