/** Placeholder. */
@NullMarked
package dev.sandstone.bench;

import org.jspecify.annotations.NullMarked;
