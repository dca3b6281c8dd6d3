package dev.sandstone.engine.map;

import dev.sandstone.engine.space.SpaceLedger;

/** What the maps of all lineages share. */
record MapParts(LeafCache cache, LeafLoader loader, Overlay overlay, SpaceLedger ledger) {}
