/** What cleaning costs: blocks moved for each block written. */
@NullMarked
package dev.sandstone.bench.cleaning;

import org.jspecify.annotations.NullMarked;
