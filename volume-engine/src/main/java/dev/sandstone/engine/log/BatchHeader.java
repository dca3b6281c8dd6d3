package dev.sandstone.engine.log;

/** The fields of a batch header; {@link BatchFormat} says what they mean and where they lie. */
record BatchHeader(
        long poolTag,
        long segment,
        int shard,
        int epoch,
        long firstLsn,
        int records,
        int headerGrains,
        int totalGrains,
        int previousCrc,
        long ackedLsn,
        long wallClockMicros,
        int payloadCrc,
        int descriptorBytes,
        int crc) {

    long lastLsn() {
        return firstLsn + records - 1;
    }

    /** Bytes of header and descriptors. */
    int headBytes() {
        return BatchFormat.HEADER_BYTES + descriptorBytes;
    }

    int payloadOffset() {
        return headerGrains * Pointer.GRAIN_BYTES;
    }

    int totalBytes() {
        return totalGrains * Pointer.GRAIN_BYTES;
    }
}
