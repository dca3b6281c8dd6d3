/** How the cost of a command grows with what the array holds. */
@NullMarked
package dev.sandstone.bench.growth;

import org.jspecify.annotations.NullMarked;
