package dev.sandstone.engine.log;

/**
 * What a record of the log says, as read back.
 *
 * @param lsn its LSN
 * @param type what it does
 * @param lineage the lineage it is about
 * @param block first 4 KiB block
 * @param blocks how many
 * @param birth LSN under which its blocks were first written
 * @param pointer where its payload lies, RAW; a HOLE when it has none
 * @param payloadBytes size of the payload
 * @param checksums CRC32C of each 4 KiB of the payload (padded with zeros)
 */
public record RecordDescriptor(
        long lsn,
        RecordType type,
        long lineage,
        long block,
        int blocks,
        long birth,
        long pointer,
        int payloadBytes,
        int[] checksums) {}
