package dev.sandstone.engine.log;

/**
 * What is in a segment, as its footer says or its batches show.
 *
 * @param segment its id
 * @param firstLsn LSN of its first record, 0 when it has none
 * @param lastLsn LSN of its last record, 0 when it has none
 * @param batches how many batches
 * @param records how many records
 * @param payloadBytes bytes of blocks in DATA and RELOC records
 * @param dataEnd offset behind its last batch
 */
public record SegmentSummary(
        long segment, long firstLsn, long lastLsn, int batches, int records, int payloadBytes, int dataEnd) {}
