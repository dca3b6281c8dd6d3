/** Copies that move no data, and blocks that many hosts contend for. */
@NullMarked
package dev.sandstone.bench.offload;

import org.jspecify.annotations.NullMarked;
