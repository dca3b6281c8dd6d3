package dev.sandstone.engine.map;

import dev.sandstone.engine.space.SpaceLedger;

/**
 * What the maps of all lineages share.
 *
 * @param cut closes the overlay's active part before the record under way
 * @param longBlank blocks from which on a blank is the first of its part where something would show without it
 * @param shortData see {@link MapLimits#shortData}
 */
record MapParts(
        LeafCache cache,
        LeafLoader loader,
        Overlay overlay,
        SpaceLedger ledger,
        Runnable cut,
        long longBlank,
        int shortData) {}
