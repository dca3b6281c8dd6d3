package dev.sandstone.engine.log;

import java.util.List;

/**
 * What the recovery walk found.
 *
 * @param lastLsn the last record of the log; what lay behind it was never acknowledged
 * @param floor every record up to it was acknowledged
 * @param sealed the segments with a sound footer
 * @param unsealed those without, as cut at {@code lastLsn}
 * @param discarded records behind the cut that were found
 */
public record ScanReport(
        long lastLsn, long floor, List<SegmentSummary> sealed, List<SegmentSummary> unsealed, long discarded) {}
