/** What history costs: snapshots of large volumes, many snapshots, the space that a deletion gives back. */
@NullMarked
package dev.sandstone.bench.history;

import org.jspecify.annotations.NullMarked;
