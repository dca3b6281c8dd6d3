/** Ordered key-value tables that outlive the process: the block map's store, and the catalog's. */
@NullMarked
package dev.sandstone.engine.meta;

import org.jspecify.annotations.NullMarked;
