/** Placeholder. */
@NullMarked
package dev.sandstone.initiator;

import org.jspecify.annotations.NullMarked;
