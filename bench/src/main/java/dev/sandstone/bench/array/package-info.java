/** A whole array in a process of its own, for measurements from outside. */
@NullMarked
package dev.sandstone.bench.array;

import org.jspecify.annotations.NullMarked;
